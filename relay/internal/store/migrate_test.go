package store

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestMigrationsAreNumberedWithoutGaps(t *testing.T) {
	for name, c := range map[string]struct {
		files []string
		want  string
	}{
		"in order":  {[]string{"0001_a.sql", "0002_b.sql"}, ""},
		"a gap":     {[]string{"0001_a.sql", "0003_b.sql"}, "want number 0002"},
		"twice":     {[]string{"0001_a.sql", "0001_b.sql"}, "want number 0002"},
		"no number": {[]string{"first.sql"}, "want number 0001"},
	} {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{}
			for _, f := range c.files {
				files["migrations/"+f] = &fstest.MapFile{Data: []byte(f)}
			}
			steps, err := migrations(files)
			if c.want == "" {
				if err != nil || len(steps) != len(c.files) || steps[0].sum == steps[1].sum {
					t.Errorf("migrations = %v, %v", steps, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("migrations = %v", err)
			}
		})
	}
}

// Released steps never change: databases in the field remember their sums.
func TestReleasedMigrationsAreAsTheyWere(t *testing.T) {
	steps, err := migrations(migrationFiles)
	if err != nil {
		t.Fatal(err)
	}
	released := []string{
		"30ccfd5dfb465d2bd8c6ee18ee34f67562037ece1af8cc5797f5e670d6ee9f7b",
		"dcf2591d6bf1863aaedd825e4e5b018a0136965a3b19b65ec9d826f29909e910",
	}
	for i, sum := range released {
		if steps[i].sum != sum {
			t.Errorf("%s has changed: its SHA-256 is %s", steps[i].name, steps[i].sum)
		}
	}
}
