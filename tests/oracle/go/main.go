// Command oracle says what a Kubernetes API server would say of objects that somebody creates: one
// JSON document a line in, one JSON answer a line out. Its arguments are files of CRDs.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
)

type cause struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

type answer struct {
	Decode   string          `json:"decode,omitempty"`
	Strict   []string        `json:"strict,omitempty"`
	Errors   []cause         `json:"errors,omitempty"`
	Warnings []string        `json:"warnings,omitempty"`
	Object   json.RawMessage `json:"object,omitempty"`
}

// A resource knows how objects of its kind are decoded, with the complaints of a strict decoder, how
// they are created and how they are written.
type resource struct {
	strategy rest.RESTCreateStrategy
	decode   func(data []byte) (runtime.Object, []string, error)
	encode   func(object runtime.Object) ([]byte, error)
}

func main() {
	resources := builtIn()
	for _, file := range os.Args[1:] {
		kind, custom := customResource(file)
		resources[kind] = custom
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		must(out.Encode(ask(resources, lines.Bytes())))
	}
	must(lines.Err())
}

func ask(resources map[schema.GroupVersionKind]resource, data []byte) answer {
	var head struct{ APIVersion, Kind string }
	if err := json.Unmarshal(data, &head); err != nil {
		return answer{Decode: err.Error()}
	}
	kind := schema.FromAPIVersionAndKind(head.APIVersion, head.Kind)
	found, ok := resources[kind]
	if !ok {
		return answer{Decode: "no matches for kind " + kind.String()}
	}
	object, strict, err := found.decode(data)
	if err != nil {
		return answer{Decode: err.Error()}
	}
	if causes := create(found.strategy, kind, object); len(causes) > 0 {
		return answer{Strict: strict, Errors: causes}
	}
	encoded, err := found.encode(object)
	must(err)
	warnings := found.strategy.WarningsOnCreate(request.NewContext(), object)
	return answer{Strict: strict, Warnings: warnings, Object: encoded}
}

func create(strategy rest.RESTCreateStrategy, kind schema.GroupVersionKind, object runtime.Object) (causes []cause) {
	metadata, err := meta.Accessor(object)
	must(err)
	info := &request.RequestInfo{APIGroup: kind.Group, APIVersion: kind.Version, Verb: "create"}
	ctx := request.WithNamespace(request.WithRequestInfo(request.NewContext(), info), "")
	if strategy.NamespaceScoped() {
		// A client posts to the namespace that the object names.
		ctx = request.WithNamespace(ctx, metadata.GetNamespace())
		if metadata.GetNamespace() == "" {
			ctx = request.WithNamespace(ctx, "shop")
		}
	}
	rest.WipeObjectMetaSystemFields(metadata)
	rest.FillObjectMetaSystemFields(metadata)
	if metadata.GetName() == "" && metadata.GetGenerateName() != "" {
		metadata.SetName(fmt.Sprintf("%.58sxxxxx", metadata.GetGenerateName()))
	}
	err = rest.BeforeCreate(strategy, ctx, object)
	var status *apierrors.StatusError
	if !errors.As(err, &status) || status.ErrStatus.Details == nil {
		must(err)
		return nil
	}
	for _, each := range status.ErrStatus.Details.Causes {
		causes = append(causes, cause{each.Field, each.Message})
	}
	return causes
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
