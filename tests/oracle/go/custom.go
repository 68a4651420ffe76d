package main

import (
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apiextensions-apiserver/pkg/crdserverscheme"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// customResource reads a CRD of one version.
func customResource(file string) (schema.GroupVersionKind, resource) {
	text, err := os.ReadFile(file)
	must(err)
	data, err := yaml.ToJSON(text)
	must(err)
	scheme := runtime.NewScheme()
	install.Install(scheme)
	object, err := runtime.Decode(serializer.NewCodecFactory(scheme).UniversalDecoder(), data)
	must(err)
	spec := object.(*apiextensions.CustomResourceDefinition).Spec
	version := spec.Versions[0]
	description := version.Schema
	if description == nil {
		description = spec.Validation
	}
	structure, err := structural.NewStructural(description.OpenAPIV3Schema)
	must(err)
	validator, _, err := validation.NewSchemaValidator(description.OpenAPIV3Schema)
	must(err)
	kind := schema.GroupVersionKind{Group: spec.Group, Version: version.Name, Kind: spec.Names.Kind}
	strategy := customresource.NewStrategy(crdserverscheme.NewUnstructuredObjectTyper(), false, kind,
		validator, nil, structure, &apiextensions.CustomResourceSubresourceStatus{}, nil, nil)
	decode := func(data []byte) (runtime.Object, []string, error) { return decodeCustom(data, structure) }
	encode := func(object runtime.Object) ([]byte, error) { return object.(*unstructured.Unstructured).MarshalJSON() }
	return kind, resource{strategy, decode, encode}
}

func decodeCustom(data []byte, structure *structural.Structural) (runtime.Object, []string, error) {
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(data); err != nil {
		return nil, nil, err
	}
	defaulting.Default(object.Object, structure)
	metadata, hasMetadata, unknown, err := objectmeta.GetObjectMetaWithOptions(object.Object,
		objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return nil, nil, err
	}
	unknown = append(unknown, pruning.PruneWithOptions(object.Object, structure, true,
		structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})...)
	defaulting.PruneNonNullableNullsWithoutDefaults(object.Object, structure)
	if hasMetadata {
		must(objectmeta.SetObjectMeta(object.Object, metadata))
	}
	var complaints []string
	for _, path := range unknown {
		complaints = append(complaints, `unknown field "`+path+`"`)
	}
	return object, complaints, nil
}
