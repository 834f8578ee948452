package brokertest_test

import (
	"reflect"
	"testing"

	"github.com/lendhand/lendhand/signaling/broker"
	"github.com/lendhand/lendhand/signaling/broker/brokertest"
)

func TestMemory(t *testing.T) {
	brokertest.Run(t, func(*testing.T) broker.Store { return &brokertest.Memory{} })
}

// A field that Full leaves out would not be checked by the suite: a store could
// forget it.
func TestFullHasEveryField(t *testing.T) {
	v := reflect.ValueOf(brokertest.Full("s_1"))
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if name != "Ended" && name != "Reason" && v.Field(i).IsZero() {
			t.Errorf("Full has no %s", name)
		}
	}
}

func BenchmarkRedeem(b *testing.B) { brokertest.Benchmark(b, &brokertest.Memory{}) }
