// What Debian's Wine lacks of Windows, and Go's runtime does not start without: random bytes. For tests alone;
// on Windows the system's own is used, from the folder that only administrators write to.
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *data, SIZE_T size) {
	return RtlGenRandom(data, (ULONG)size);
}
