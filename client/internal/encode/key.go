package encode

// Key tells a Codec apart from all others, its other profiles too: Codecs cannot be
// compared, as they hold functions.
func (c Codec) Key() string { return c.MIMEType + ";" + c.Parameters }
