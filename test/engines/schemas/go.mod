// Only files of these modules are read (OpenAPI documents and CRDs); nothing is compiled from them.
module agent-factory/test/engines/schemas

go 1.26

require (
	github.com/kedacore/keda/v2 v2.21.0
	k8s.io/kubernetes v1.34.4
	sigs.k8s.io/gateway-api v1.4.1
)
