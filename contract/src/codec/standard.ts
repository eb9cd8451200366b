/** Messages and methods of the services that every gRPC server offers. */
export * as healthMessages from '../gen/health/v1/health';
export * as reflectionMessages from '../gen/grpc/reflection/v1/reflection';
