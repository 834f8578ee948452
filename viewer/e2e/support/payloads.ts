/**
 * Text that is meant to be taken for something else: markup, script, other directions, other lengths.
 * A page that shows text only shows all of it as it is.
 */
export const payloads: readonly string[] = [
  // Elements that run something.
  "<script>alert(1)</script>",
  "</script><script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)>",
  "<svg><script>alert(1)</script></svg>",
  "<body onload=alert(1)>",
  "<iframe src=javascript:alert(1)>",
  '<iframe srcdoc="<script>alert(1)</script>">',
  "<details open ontoggle=alert(1)>",
  "<video><source onerror=alert(1)>",
  "<audio src=x onerror=alert(1)>",
  "<input autofocus onfocus=alert(1)>",
  "<math><mi xlink:href=javascript:alert(1)>x",
  "<a href=javascript:alert(1)>x</a>",
  "<object data=javascript:alert(1)>",
  "<embed src=javascript:alert(1)>",
  "<form action=javascript:alert(1)><button>x",
  "<meta http-equiv=refresh content=0;url=//x>",
  "<base href=//evil.example/>",
  "<link rel=stylesheet href=//evil.example>",
  "<style>*{display:none}</style>",
  "<template><script>alert(1)</script>",
  "<noscript><p title='</noscript><img src=x>'>",
  "<marquee onstart=alert(1)>x</marquee>",
  // Ways out of attributes, comments, templates and links.
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  "--><script>alert(1)</script><!--",
  "]]><script>alert(1)</script>",
  "javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "{{constructor.constructor('alert(1)')()}}",
  "${alert(1)}",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "__proto__",
  "constructor",
  "\\u003cscript\\u003ealert(1)",
  // Another look than the letters have.
  "مرحبا بالعالم",
  "pc\u200b\u200c\u2060\ufeffhidden",
  "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308algo",
  "👩‍👩‍👧‍👦".repeat(4),
  "W".repeat(64),
];

/** Text that the protocol forbids: it turns what stands around it, or is no text at all. */
export const forbidden: readonly string[] = [
  "gnp.\u202Eexe",
  "\u2066isolated\u2069",
  "\u200Fright",
  "a\u0007b\u0000c",
  "\u001b[2J",
  "line\nline",
  "W".repeat(65),
  "x".repeat(5_000),
];
