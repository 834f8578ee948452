package keymap

// Keysym is an X11 key symbol: what a key stands for in a layout.
type Keysym uint32

// The key symbols that are not text but decide about it.
const (
	KeysymReturn      Keysym = 0xff0d
	KeysymTab         Keysym = 0xff09
	KeysymNumLock     Keysym = 0xff7f
	KeysymLevel3Shift Keysym = 0xfe03 // AltGr

	firstKeypad, lastKeypad Keysym = 0xff80, 0xffbd
	firstKeypadText         Keysym = 0xffaa // KP_Multiply; the digits follow
	lastKeypadText          Keysym = 0xffb9 // KP_9
	keypadEqual             Keysym = 0xffbd

	// Symbols for characters that have no older one (X11 protocol, appendix A).
	unicodeBase Keysym = 0x01000000
	unicodeLast Keysym = 0x0110ffff
)

// KeysymOf returns the symbol for a character.
func KeysymOf(r rune) Keysym {
	if isLatin1(r) {
		return Keysym(r)
	}
	return unicodeBase + Keysym(r)
}

func isLatin1(r rune) bool { return r >= 0x20 && r <= 0x7e || r >= 0xa0 && r <= 0xff }

// Rune returns the character that the symbol stands for, and false for symbols
// that stand for none, such as Return, Shift and dead accents.
func (k Keysym) Rune() (rune, bool) {
	switch {
	case isLatin1(rune(k)):
		return rune(k), true
	case k >= unicodeBase+0x100 && k <= unicodeLast:
		return rune(k - unicodeBase), true
	case k >= firstKeypadText && k <= lastKeypadText, k == keypadEqual:
		return rune(k & 0x7f), true // the keypad's are ASCII with the high bits set
	}
	return legacyRune(k)
}

// IsKeypad tells symbols that Num Lock decides about.
func (k Keysym) IsKeypad() bool { return k >= firstKeypad && k <= lastKeypad }

func legacyRune(k Keysym) (rune, bool) {
	for _, run := range legacy {
		if k < run.first {
			break
		}
		n := k - run.first
		for _, r := range run.runes {
			if n == 0 {
				return r, true
			}
			n--
		}
	}
	return 0, false
}

// legacy holds the symbols from before Unicode that layouts still use, for
// characters that follow one another from first on (X11 protocol, appendix A).
var legacy = [...]struct {
	first Keysym
	runes string
}{
	{0x01a1, "Ą˘Ł"},
	{0x01a5, "ĽŚ"},
	{0x01a9, "ŠŞŤŹ"},
	{0x01ae, "ŽŻ"},
	{0x01b1, "ą˛ł"},
	{0x01b5, "ľśˇ"},
	{0x01b9, "šşťź˝žżŔ"},
	{0x01c3, "Ă"},
	{0x01c5, "ĹĆ"},
	{0x01c8, "Č"},
	{0x01ca, "Ę"},
	{0x01cc, "Ě"},
	{0x01cf, "ĎĐŃŇ"},
	{0x01d5, "Ő"},
	{0x01d8, "ŘŮ"},
	{0x01db, "Ű"},
	{0x01de, "Ţ"},
	{0x01e0, "ŕ"},
	{0x01e3, "ă"},
	{0x01e5, "ĺć"},
	{0x01e8, "č"},
	{0x01ea, "ę"},
	{0x01ec, "ě"},
	{0x01ef, "ďđńň"},
	{0x01f5, "ő"},
	{0x01f8, "řů"},
	{0x01fb, "ű"},
	{0x01fe, "ţ˙"},
	{0x02a1, "Ħ"},
	{0x02a6, "Ĥ"},
	{0x02a9, "İ"},
	{0x02ab, "ĞĴ"},
	{0x02b1, "ħ"},
	{0x02b6, "ĥ"},
	{0x02b9, "ı"},
	{0x02bb, "ğĵ"},
	{0x02c5, "ĊĈ"},
	{0x02d5, "Ġ"},
	{0x02d8, "Ĝ"},
	{0x02dd, "ŬŜ"},
	{0x02e5, "ċĉ"},
	{0x02f5, "ġ"},
	{0x02f8, "ĝ"},
	{0x02fd, "ŭŝ"},
	{0x03a2, "ĸŖ"},
	{0x03a5, "ĨĻ"},
	{0x03aa, "ĒĢŦ"},
	{0x03b3, "ŗ"},
	{0x03b5, "ĩļ"},
	{0x03ba, "ēģŧŊ"},
	{0x03bf, "ŋĀ"},
	{0x03c7, "Į"},
	{0x03cc, "Ė"},
	{0x03cf, "Ī"},
	{0x03d1, "ŅŌĶ"},
	{0x03d9, "Ų"},
	{0x03dd, "ŨŪ"},
	{0x03e0, "ā"},
	{0x03e7, "į"},
	{0x03ec, "ė"},
	{0x03ef, "ī"},
	{0x03f1, "ņōķ"},
	{0x03f9, "ų"},
	{0x03fd, "ũū"},
	{0x047e, "‾"},
	{0x04a1, "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタ"},
	{0x04c1, "チツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜"},
	{0x05ac, "\u060c"},
	{0x05bb, "\u061b"},
	{0x05bf, "\u061f"},
	{0x05c1, "\u0621\u0622\u0623\u0624\u0625\u0626\u0627\u0628\u0629\u062a\u062b\u062c\u062d\u062e\u062f\u0630\u0631\u0632\u0633\u0634\u0635\u0636\u0637\u0638\u0639\u063a"},
	{0x05e0, "\u0640\u0641\u0642\u0643\u0644\u0645\u0646\u0647\u0648\u0649\u064a\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"},
	{0x06a1, "ђѓёєѕіїјљњћќґўџ№ЂЃЁЄЅІЇЈЉЊЋЌҐЎЏю"},
	{0x06c1, "абцдефгхийклмнопярстужвьызшэщчъЮ"},
	{0x06e1, "АБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ"},
	{0x07a1, "ΆΈΉΊΪ"},
	{0x07a7, "ΌΎΫ"},
	{0x07ab, "Ώ"},
	{0x07ae, "΅―"},
	{0x07b1, "άέήίϊΐόύϋΰώ"},
	{0x07c1, "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣ"},
	{0x07d4, "ΤΥΦΧΨΩ"},
	{0x07e1, "αβγδεζηθικλμνξοπρσςτυφχψω"},
	{0x0aa1, "\u2003\u2002\u2004\u2005\u2007\u2008\u2009\u200a—–"},
	{0x0aae, "…‥⅓⅔⅕⅖⅗⅘⅙⅚℅"},
	{0x0abb, "‒"},
	{0x0ac3, "⅛⅜⅝⅞"},
	{0x0ac9, "™"},
	{0x0ad0, "‘’“”℞‰′″"},
	{0x0ad9, "✝"},
	{0x0aec, "♣♦♥"},
	{0x0af0, "✠†‡✓✗♯♭♂♀☎⌕℗‸‚„"},
	{0x0cdf, "‗\u05d0\u05d1\u05d2\u05d3\u05d4\u05d5\u05d6\u05d7\u05d8\u05d9\u05da\u05db\u05dc\u05dd\u05de\u05df\u05e0\u05e1\u05e2\u05e3\u05e4\u05e5\u05e6\u05e7\u05e8\u05e9\u05ea"},
	{0x0da1, "\u0e01\u0e02\u0e03\u0e04\u0e05\u0e06\u0e07\u0e08\u0e09\u0e0a\u0e0b\u0e0c\u0e0d\u0e0e\u0e0f\u0e10\u0e11\u0e12\u0e13\u0e14\u0e15\u0e16\u0e17\u0e18\u0e19\u0e1a\u0e1b\u0e1c\u0e1d\u0e1e\u0e1f\u0e20"},
	{0x0dc1, "\u0e21\u0e22\u0e23\u0e24\u0e25\u0e26\u0e27\u0e28\u0e29\u0e2a\u0e2b\u0e2c\u0e2d\u0e2e\u0e2f\u0e30\u0e31\u0e32\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a"},
	{0x0ddf, "\u0e3f\u0e40\u0e41\u0e42\u0e43\u0e44\u0e45\u0e46\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d"},
	{0x0df0, "\u0e50\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58\u0e59"},
	{0x0ea1, "ㄱㄲㄳㄴㄵㄶㄷㄸㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅃㅄㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐ"},
	{0x0ec1, "ㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ\u11a8\u11a9\u11aa\u11ab\u11ac\u11ad\u11ae\u11af\u11b0\u11b1\u11b2\u11b3\u11b4"},
	{0x0ee1, "\u11b5\u11b6\u11b7\u11b8\u11b9\u11ba\u11bb\u11bc\u11bd\u11be\u11bf\u11c0\u11c1\u11c2ㅭㅱㅸㅿㆁㆄㆆㆍㆎ\u11eb\u11f0\u11f9"},
	{0x13bc, "ŒœŸ"},
	{0x20ac, "€"},
}
