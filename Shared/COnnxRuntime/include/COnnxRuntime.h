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
void mesh_ort_release_options(void *table, mesh_ort_options *options);
mesh_ort_status *mesh_ort_create_session(
    void *table, const mesh_ort_env *env, const void *model, size_t length, const mesh_ort_options *options, mesh_ort_session **out);
void mesh_ort_release_session(void *table, mesh_ort_session *session);

mesh_ort_status *mesh_ort_counts(void *table, const mesh_ort_session *session, size_t *inputs, size_t *outputs);
mesh_ort_status *mesh_ort_name(void *table, const mesh_ort_session *session, int output, size_t index, char **out);
void mesh_ort_free_name(void *table, char *name);
// Element type and shape of an input or output; `dimensions` holds up to `capacity` sizes and `count` says how many there are.
mesh_ort_status *mesh_ort_describe(
    void *table, const mesh_ort_session *session, int output, size_t index, int *element, int64_t *dimensions, size_t capacity, size_t *count);

mesh_ort_status *mesh_ort_tensor_over(
    void *table, void *data, size_t length, const int64_t *shape, size_t rank, int element, mesh_ort_value **out);
mesh_ort_status *mesh_ort_string_tensor(
    void *table, const char *const *texts, size_t count, const int64_t *shape, size_t rank, mesh_ort_value **out);
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
