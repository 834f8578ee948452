// Package winetest runs the tests of packages for Windows in Wine, on a desktop of their
// own, as its own test on Linux. It needs Debian's wine64, gcc-mingw-w64-x86-64-win32, xvfb
// and xdotool.
//
// What xdotool types and clicks reaches Wine from its X server, as from a device: it is the
// person of these tests. Tests in Wine ask for it through [Dial].
package winetest
