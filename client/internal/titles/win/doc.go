// Package win tells the titles of a Windows desktop: that of the window in the foreground,
// which is looked at twice a second.
package win
