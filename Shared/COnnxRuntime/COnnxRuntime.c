#include "COnnxRuntime.h"

#include <dlfcn.h>
#include <stdio.h>

// The slots that are called, by number. A slot is a function pointer; the table is an array of them.
enum {
    slot_code = 1,
    slot_message = 2,
    slot_create_env = 3,
    slot_disable_telemetry = 6,
    slot_create_session_from_array = 8,
    slot_run = 9,
    slot_create_options = 10,
    slot_intra_threads = 24,
    slot_inter_threads = 25,
    slot_input_count = 30,
    slot_output_count = 31,
    slot_input_type = 33,
    slot_output_type = 34,
    slot_input_name = 36,
    slot_output_name = 37,
    slot_create_run_options = 39,
    slot_terminate = 46,
    slot_create_tensor = 48,
    slot_create_tensor_over = 49,
    slot_data = 51,
    slot_fill_strings = 52,
    slot_strings_length = 53,
    slot_strings = 54,
    slot_cast_to_tensor_info = 55,
    slot_element_type = 60,
    slot_rank = 61,
    slot_dimensions = 62,
    slot_element_count = 64,
    slot_value_shape = 65,
    slot_cpu_memory = 69,
    slot_free = 76,
    slot_default_allocator = 78,
    slot_release_env = 92,
    slot_release_status = 93,
    slot_release_memory = 94,
    slot_release_session = 95,
    slot_release_value = 96,
    slot_release_run_options = 97,
    slot_release_type = 98,
    slot_release_shape = 99,
    slot_release_options = 100,
    slot_config_entry = 130,
};

// The lowest version of the table that has every slot above: finished versions are never changed, so any later library has them too.
enum { table_version = 11 };

_Static_assert(sizeof(void *) == sizeof(void (*)(void)), "the table is an array of function pointers");
_Static_assert(slot_release_options == 100 && slot_config_entry == 130, "anchors of versions 1 and 4");

#define SLOT(number, type) ((type)((void **)table)[number])
#define TRY(call)                            \
    do {                                     \
        mesh_ort_status *fault_ = (call);    \
        if (fault_) return fault_;           \
    } while (0)

typedef struct {
    const void *(*table)(uint32_t version);
    const char *(*version)(void);
} base;

mesh_ort_library mesh_ort_open(const char *path) {
    mesh_ort_library library = {0};
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        library.fault = dlerror();
        return library;
    }
    const base *(*get)(void) = (const base *(*)(void))dlsym(handle, "OrtGetApiBase");
    if (!get) {
        library.fault = "the library exports no OrtGetApiBase";
        return library;
    }
    library.version = get()->version();
    library.table = (void *)get()->table(table_version);
    if (!library.table) library.fault = "the library has no interface of the version needed";
    return library;
}

int mesh_ort_code(void *table, const mesh_ort_status *status) {
    return SLOT(slot_code, int (*)(const mesh_ort_status *))(status);
}

const char *mesh_ort_message(void *table, const mesh_ort_status *status) {
    return SLOT(slot_message, const char *(*)(const mesh_ort_status *))(status);
}

void mesh_ort_release_status(void *table, mesh_ort_status *status) {
    SLOT(slot_release_status, void (*)(mesh_ort_status *))(status);
}

mesh_ort_status *mesh_ort_create_env(void *table, const char *name, mesh_ort_env **out) {
    enum { errors_only = 3 };
    return SLOT(slot_create_env, mesh_ort_status *(*)(int, const char *, mesh_ort_env **))(errors_only, name, out);
}

mesh_ort_status *mesh_ort_disable_telemetry(void *table, const mesh_ort_env *env) {
    return SLOT(slot_disable_telemetry, mesh_ort_status *(*)(const mesh_ort_env *))(env);
}

mesh_ort_status *mesh_ort_create_options(void *table, mesh_ort_options **out) {
    return SLOT(slot_create_options, mesh_ort_status *(*)(mesh_ort_options **))(out);
}

mesh_ort_status *mesh_ort_set_threads(void *table, mesh_ort_options *options, int intra, int inter) {
    TRY(SLOT(slot_intra_threads, mesh_ort_status *(*)(mesh_ort_options *, int))(options, intra));
    return SLOT(slot_inter_threads, mesh_ort_status *(*)(mesh_ort_options *, int))(options, inter);
}

mesh_ort_status *mesh_ort_set_config(void *table, mesh_ort_options *options, const char *key, const char *value) {
    return SLOT(slot_config_entry, mesh_ort_status *(*)(mesh_ort_options *, const char *, const char *))(options, key, value);
}

void mesh_ort_release_options(void *table, mesh_ort_options *options) {
    SLOT(slot_release_options, void (*)(mesh_ort_options *))(options);
}

mesh_ort_status *mesh_ort_create_session(
    void *table, const mesh_ort_env *env, const void *model, size_t length, const mesh_ort_options *options, mesh_ort_session **out) {
    return SLOT(slot_create_session_from_array,
        mesh_ort_status *(*)(const mesh_ort_env *, const void *, size_t, const mesh_ort_options *, mesh_ort_session **))(
        env, model, length, options, out);
}

void mesh_ort_release_session(void *table, mesh_ort_session *session) {
    SLOT(slot_release_session, void (*)(mesh_ort_session *))(session);
}

mesh_ort_status *mesh_ort_counts(void *table, const mesh_ort_session *session, size_t *inputs, size_t *outputs) {
    typedef mesh_ort_status *(*count)(const mesh_ort_session *, size_t *);
    TRY(SLOT(slot_input_count, count)(session, inputs));
    return SLOT(slot_output_count, count)(session, outputs);
}

static mesh_ort_status *default_allocator(void *table, mesh_ort_allocator **out) {
    return SLOT(slot_default_allocator, mesh_ort_status *(*)(mesh_ort_allocator **))(out);
}

mesh_ort_status *mesh_ort_name(void *table, const mesh_ort_session *session, int output, size_t index, char **out) {
    mesh_ort_allocator *allocator = NULL;
    TRY(default_allocator(table, &allocator));
    typedef mesh_ort_status *(*name)(const mesh_ort_session *, size_t, mesh_ort_allocator *, char **);
    return SLOT(output ? slot_output_name : slot_input_name, name)(session, index, allocator, out);
}

void mesh_ort_free_name(void *table, char *name) {
    mesh_ort_allocator *allocator = NULL;
    mesh_ort_status *fault = default_allocator(table, &allocator);
    if (!fault) fault = SLOT(slot_free, mesh_ort_status *(*)(mesh_ort_allocator *, void *))(allocator, name);
    if (fault) mesh_ort_release_status(table, fault);
}

static mesh_ort_status *read_shape(
    void *table, const mesh_ort_shape *shape, int *element, int64_t *dimensions, size_t capacity, size_t *rank) {
    TRY(SLOT(slot_element_type, mesh_ort_status *(*)(const mesh_ort_shape *, int *))(shape, element));
    TRY(SLOT(slot_rank, mesh_ort_status *(*)(const mesh_ort_shape *, size_t *))(shape, rank));
    size_t count = *rank < capacity ? *rank : capacity;
    return SLOT(slot_dimensions, mesh_ort_status *(*)(const mesh_ort_shape *, int64_t *, size_t))(shape, dimensions, count);
}

mesh_ort_status *mesh_ort_describe(
    void *table, const mesh_ort_session *session, int output, size_t index, int *element, int64_t *dimensions, size_t capacity, size_t *count) {
    mesh_ort_type *type = NULL;
    typedef mesh_ort_status *(*describe)(const mesh_ort_session *, size_t, mesh_ort_type **);
    TRY(SLOT(output ? slot_output_type : slot_input_type, describe)(session, index, &type));
    const mesh_ort_shape *shape = NULL;
    mesh_ort_status *fault =
        SLOT(slot_cast_to_tensor_info, mesh_ort_status *(*)(const mesh_ort_type *, const mesh_ort_shape **))(type, &shape);
    *element = 0;
    *count = 0;
    // A sequence or a map has no tensor information: its element type stays 0.
    if (!fault && shape) fault = read_shape(table, shape, element, dimensions, capacity, count);
    SLOT(slot_release_type, void (*)(mesh_ort_type *))(type);
    return fault;
}

mesh_ort_status *mesh_ort_tensor_over(
    void *table, void *data, size_t length, const int64_t *shape, size_t rank, int element, mesh_ort_value **out) {
    enum { arena_allocator = 1, default_memory = 0 };
    mesh_ort_memory *memory = NULL;
    TRY(SLOT(slot_cpu_memory, mesh_ort_status *(*)(int, int, mesh_ort_memory **))(arena_allocator, default_memory, &memory));
    mesh_ort_status *fault = SLOT(slot_create_tensor_over,
        mesh_ort_status *(*)(const mesh_ort_memory *, void *, size_t, const int64_t *, size_t, int, mesh_ort_value **))(
        memory, data, length, shape, rank, element, out);
    SLOT(slot_release_memory, void (*)(mesh_ort_memory *))(memory);
    return fault;
}

mesh_ort_status *mesh_ort_string_tensor(
    void *table, const char *const *texts, size_t count, const int64_t *shape, size_t rank, mesh_ort_value **out) {
    enum { element_string = 8 };
    mesh_ort_allocator *allocator = NULL;
    TRY(default_allocator(table, &allocator));
    TRY(SLOT(slot_create_tensor, mesh_ort_status *(*)(mesh_ort_allocator *, const int64_t *, size_t, int, mesh_ort_value **))(
        allocator, shape, rank, element_string, out));
    mesh_ort_status *fault =
        SLOT(slot_fill_strings, mesh_ort_status *(*)(mesh_ort_value *, const char *const *, size_t))(*out, texts, count);
    if (fault) {
        mesh_ort_release_value(table, *out);
        *out = NULL;
    }
    return fault;
}

mesh_ort_status *mesh_ort_value_info(
    void *table, mesh_ort_value *value, int *element, int64_t *dimensions, size_t capacity, size_t *rank, size_t *elements) {
    mesh_ort_shape *shape = NULL;
    TRY(SLOT(slot_value_shape, mesh_ort_status *(*)(const mesh_ort_value *, mesh_ort_shape **))(value, &shape));
    mesh_ort_status *fault = read_shape(table, shape, element, dimensions, capacity, rank);
    if (!fault) fault = SLOT(slot_element_count, mesh_ort_status *(*)(const mesh_ort_shape *, size_t *))(shape, elements);
    SLOT(slot_release_shape, void (*)(mesh_ort_shape *))(shape);
    return fault;
}

mesh_ort_status *mesh_ort_data(void *table, mesh_ort_value *value, void **out) {
    return SLOT(slot_data, mesh_ort_status *(*)(mesh_ort_value *, void **))(value, out);
}

mesh_ort_status *mesh_ort_strings_length(void *table, const mesh_ort_value *value, size_t *out) {
    return SLOT(slot_strings_length, mesh_ort_status *(*)(const mesh_ort_value *, size_t *))(value, out);
}

mesh_ort_status *mesh_ort_strings(void *table, const mesh_ort_value *value, void *bytes, size_t length, size_t *offsets, size_t count) {
    return SLOT(slot_strings, mesh_ort_status *(*)(const mesh_ort_value *, void *, size_t, size_t *, size_t))(
        value, bytes, length, offsets, count);
}

void mesh_ort_release_value(void *table, mesh_ort_value *value) {
    SLOT(slot_release_value, void (*)(mesh_ort_value *))(value);
}

mesh_ort_status *mesh_ort_create_run_options(void *table, mesh_ort_run_options **out) {
    return SLOT(slot_create_run_options, mesh_ort_status *(*)(mesh_ort_run_options **))(out);
}

mesh_ort_status *mesh_ort_terminate(void *table, mesh_ort_run_options *options) {
    return SLOT(slot_terminate, mesh_ort_status *(*)(mesh_ort_run_options *))(options);
}

void mesh_ort_release_run_options(void *table, mesh_ort_run_options *options) {
    SLOT(slot_release_run_options, void (*)(mesh_ort_run_options *))(options);
}

mesh_ort_status *mesh_ort_run(
    void *table, mesh_ort_session *session, const mesh_ort_run_options *options, const char *const *input_names,
    const mesh_ort_value *const *inputs, size_t input_count, const char *const *output_names, size_t output_count, mesh_ort_value **outputs) {
    return SLOT(slot_run,
        mesh_ort_status *(*)(mesh_ort_session *, const mesh_ort_run_options *, const char *const *, const mesh_ort_value *const *, size_t,
            const char *const *, size_t, mesh_ort_value **))(
        session, options, input_names, inputs, input_count, output_names, output_count, outputs);
}
