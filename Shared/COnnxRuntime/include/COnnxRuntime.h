#pragma once

#include <stddef.h>
#include <stdint.h>

// ONNX Runtime's C interface as this project uses it: a table of function pointers that only grows, reached through the one exported
// function. The types and slot numbers are written afresh from the interface's facts; COnnxRuntime.c pins the offsets.

typedef struct mesh_ort_status mesh_ort_status;
typedef struct mesh_ort_env mesh_ort_env;
typedef struct mesh_ort_session mesh_ort_session;
typedef struct mesh_ort_options mesh_ort_options;
typedef struct mesh_ort_run_options mesh_ort_run_options;
typedef struct mesh_ort_value mesh_ort_value;
typedef struct mesh_ort_memory mesh_ort_memory;
typedef struct mesh_ort_allocator mesh_ort_allocator;
typedef struct mesh_ort_type mesh_ort_type;
typedef struct mesh_ort_shape mesh_ort_shape;
typedef struct mesh_ort_metadata mesh_ort_metadata;

// A text of a model's metadata.
typedef enum { mesh_ort_producer, mesh_ort_graph, mesh_ort_domain, mesh_ort_description } mesh_ort_text;

// Why a library could not be opened, or NULL.
typedef struct {
    void *table;
    const char *version;
    const char *fault;
} mesh_ort_library;

mesh_ort_library mesh_ort_open(const char *path);

// Each function below that gives a status gives NULL on success.
int mesh_ort_code(void *table, const mesh_ort_status *status);
const char *mesh_ort_message(void *table, const mesh_ort_status *status);
void mesh_ort_release_status(void *table, mesh_ort_status *status);

mesh_ort_status *mesh_ort_create_env(void *table, const char *name, mesh_ort_env **out);
mesh_ort_status *mesh_ort_disable_telemetry(void *table, const mesh_ort_env *env);
mesh_ort_status *mesh_ort_create_options(void *table, mesh_ort_options **out);
mesh_ort_status *mesh_ort_set_threads(void *table, mesh_ort_options *options, int intra, int inter);
mesh_ort_status *mesh_ort_set_config(void *table, mesh_ort_options *options, const char *key, const char *value);
mesh_ort_status *mesh_ort_set_memory(void *table, mesh_ort_options *options, int pattern, int arena);
// `optimisation` is 0 (none), 1 (basic), 2 (extended) or 99 (all).
mesh_ort_status *mesh_ort_set_execution(void *table, mesh_ort_options *options, int optimisation, int parallel);
mesh_ort_status *mesh_ort_append_provider(void *table, mesh_ort_options *options, const char *name);
mesh_ort_status *mesh_ort_providers(void *table, char ***names, int *count);
void mesh_ort_release_providers(void *table, char **names, int count);
void mesh_ort_release_options(void *table, mesh_ort_options *options);
mesh_ort_status *mesh_ort_create_session(
    void *table, const mesh_ort_env *env, const void *model, size_t length, const mesh_ort_options *options, mesh_ort_session **out);
mesh_ort_status *mesh_ort_open_session(
    void *table, const mesh_ort_env *env, const char *path, const mesh_ort_options *options, mesh_ort_session **out);
void mesh_ort_release_session(void *table, mesh_ort_session *session);

mesh_ort_status *mesh_ort_counts(void *table, const mesh_ort_session *session, size_t *inputs, size_t *outputs);

mesh_ort_status *mesh_ort_default_allocator(void *table, mesh_ort_allocator **out);
mesh_ort_status *mesh_ort_cpu_memory(void *table, mesh_ort_memory **out);
void mesh_ort_release_memory(void *table, mesh_ort_memory *memory);
void mesh_ort_free(void *table, mesh_ort_allocator *allocator, void *memory);

// Names and texts come from the allocator given, and go back through mesh_ort_free.
mesh_ort_status *mesh_ort_name(
    void *table, const mesh_ort_session *session, mesh_ort_allocator *allocator, int output, size_t index, char **out);
mesh_ort_status *mesh_ort_type_of(void *table, const mesh_ort_session *session, int output, size_t index, mesh_ort_type **out);
void mesh_ort_release_type(void *table, mesh_ort_type *type);
// 1 tensor, 2 sequence, 3 map, 4 opaque, 5 sparse tensor, 6 optional.
mesh_ort_status *mesh_ort_type_kind(void *table, const mesh_ort_type *type, int *out);
// Element type, sizes and their names; the arrays hold up to `capacity` of them, and `rank` says how many there are. Names live as long
// as the type. What is no tensor leaves everything as it was.
mesh_ort_status *mesh_ort_describe(
    void *table, const mesh_ort_type *type, int *element, int64_t *dimensions, const char **symbols, size_t capacity, size_t *rank);

mesh_ort_status *mesh_ort_metadata_of(void *table, const mesh_ort_session *session, mesh_ort_metadata **out);
void mesh_ort_release_metadata(void *table, mesh_ort_metadata *metadata);
mesh_ort_status *mesh_ort_metadata_text(
    void *table, const mesh_ort_metadata *metadata, mesh_ort_allocator *allocator, mesh_ort_text which, char **out);
mesh_ort_status *mesh_ort_metadata_version(void *table, const mesh_ort_metadata *metadata, int64_t *out);
mesh_ort_status *mesh_ort_metadata_keys(
    void *table, const mesh_ort_metadata *metadata, mesh_ort_allocator *allocator, char ***keys, int64_t *count);
mesh_ort_status *mesh_ort_metadata_value(
    void *table, const mesh_ort_metadata *metadata, mesh_ort_allocator *allocator, const char *key, char **out);

// A tensor over memory that the caller keeps.
mesh_ort_status *mesh_ort_tensor_over(
    void *table, const mesh_ort_memory *memory, void *data, size_t length, const int64_t *shape, size_t rank, int element,
    mesh_ort_value **out);
// A tensor of empty texts; mesh_ort_string_buffer gives the memory of one text, of the length that it shall have.
mesh_ort_status *mesh_ort_string_tensor(
    void *table, mesh_ort_allocator *allocator, const int64_t *shape, size_t rank, mesh_ort_value **out);
mesh_ort_status *mesh_ort_string_buffer(void *table, mesh_ort_value *value, size_t index, size_t length, char **out);
mesh_ort_status *mesh_ort_value_info(
    void *table, mesh_ort_value *value, int *element, int64_t *dimensions, size_t capacity, size_t *rank, size_t *elements);
mesh_ort_status *mesh_ort_data(void *table, mesh_ort_value *value, void **out);
mesh_ort_status *mesh_ort_strings_length(void *table, const mesh_ort_value *value, size_t *out);
mesh_ort_status *mesh_ort_strings(void *table, const mesh_ort_value *value, void *bytes, size_t length, size_t *offsets, size_t count);
void mesh_ort_release_value(void *table, mesh_ort_value *value);

mesh_ort_status *mesh_ort_create_run_options(void *table, mesh_ort_run_options **out);
mesh_ort_status *mesh_ort_terminate(void *table, mesh_ort_run_options *options);
void mesh_ort_release_run_options(void *table, mesh_ort_run_options *options);
mesh_ort_status *mesh_ort_run(
    void *table, mesh_ort_session *session, const mesh_ort_run_options *options, const char *const *input_names,
    const mesh_ort_value *const *inputs, size_t input_count, const char *const *output_names, size_t output_count, mesh_ort_value **outputs);

// Bytes that the process holds from its allocator, where the engine takes its memory too; large blocks that are mapped on their own included.
size_t mesh_allocated_bytes(void);
