package version

import (
	"runtime/debug"
	"testing"
)

func TestOf(t *testing.T) {
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "1b2c"}
	dirty := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	clean := debug.BuildSetting{Key: "vcs.modified", Value: "false"}
	for want, info := range map[string]*debug.BuildInfo{
		"v1.2.3":      {Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{revision, dirty}},
		"1b2c":        {Main: debug.Module{Version: "(devel)"}, Settings: []debug.BuildSetting{revision, clean}},
		"1b2c+dirty":  {Settings: []debug.BuildSetting{dirty, revision}},
		"unversioned": {Main: debug.Module{Version: "(devel)"}, Settings: []debug.BuildSetting{{Key: "-trimpath", Value: "true"}}},
	} {
		if got := of(info); got != want {
			t.Errorf("version %q, want %q", got, want)
		}
	}
	if String() == "" {
		t.Error("this build has no version")
	}
}
