package main

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/namespace"
	"k8s.io/kubernetes/pkg/registry/core/node"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/replicationcontroller"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
)

func builtIn() map[schema.GroupVersionKind]resource {
	found := map[schema.GroupVersionKind]resource{}
	for name, strategy := range map[string]rest.RESTCreateStrategy{
		"v1/Namespace": namespace.Strategy, "v1/Node": node.Strategy, "v1/Pod": pod.Strategy,
		"v1/Service": service.Strategy, "v1/ReplicationController": replicationcontroller.Strategy,
		"apps/v1/Deployment": deployment.Strategy, "apps/v1/ReplicaSet": replicaset.Strategy,
		"apps/v1/StatefulSet": statefulset.Strategy, "apps/v1/DaemonSet": daemonset.Strategy,
		"batch/v1/Job": job.Strategy, "batch/v1/CronJob": cronjob.Strategy,
		"networking.k8s.io/v1/NetworkPolicy": networkpolicy.Strategy,
	} {
		slash := strings.LastIndexByte(name, '/')
		kind := schema.FromAPIVersionAndKind(name[:slash], name[slash+1:])
		codec := legacyscheme.Codecs.LegacyCodec(kind.GroupVersion())
		encode := func(object runtime.Object) ([]byte, error) { return runtime.Encode(codec, object) }
		found[kind] = resource{strategy, decodeBuiltIn, encode}
	}
	return found
}

func decodeBuiltIn(data []byte) (object runtime.Object, complaints []string, err error) {
	info, _ := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeJSON)
	decoder := legacyscheme.Codecs.DecoderToVersion(info.StrictSerializer, runtime.InternalGroupVersioner)
	object, _, err = decoder.Decode(data, nil, nil)
	strict, ok := runtime.AsStrictDecodingError(err)
	if !ok || object == nil {
		return object, nil, err
	}
	for _, each := range strict.Errors() {
		complaints = append(complaints, each.Error())
	}
	return object, complaints, nil
}
