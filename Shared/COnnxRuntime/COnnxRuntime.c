#include "COnnxRuntime.h"

#include <dlfcn.h>
#include <stdio.h>

// The slots that are called, by number. A slot is a function pointer; the table is an array of them.
enum {
    slot_code = 1,
    slot_message = 2,
    slot_create_env = 3,
    slot_disable_telemetry = 6,
    slot_create_session = 7,
    slot_create_session_from_array = 8,
    slot_run = 9,
    slot_create_options = 10,
    slot_execution_mode = 13,
    slot_memory_pattern_on = 16,
    slot_memory_pattern_off = 17,
    slot_arena_on = 18,
    slot_arena_off = 19,
    slot_optimisation = 23,
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
    slot_strings_length = 53,
    slot_strings = 54,
    slot_cast_to_tensor_info = 55,
    slot_type_kind = 56,
    slot_element_type = 60,
    slot_rank = 61,
    slot_dimensions = 62,
    slot_symbols = 63,
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
    slot_metadata = 111,
    slot_metadata_producer = 112,
    slot_metadata_graph = 113,
    slot_metadata_domain = 114,
    slot_metadata_description = 115,
    slot_metadata_lookup = 116,
    slot_metadata_version = 117,
    slot_release_metadata = 118,
    slot_metadata_keys = 123,
    slot_providers = 125,
    slot_release_providers = 126,
    slot_config_entry = 130,
    slot_append_provider = 216,
    slot_string_buffer = 252,
};

// The lowest version of the table that has every slot above: finished versions are never changed, so any later library has them too.
enum { table_version = 15 };

_Static_assert(sizeof(void *) == sizeof(void (*)(void)), "the table is an array of function pointers");
_Static_assert(slot_release_options == 100 && slot_release_metadata == 118 && slot_release_providers == 126, "anchors of versions 1, 2, 4");
// Version 12 ends with slot 218 and version 15 with slot 254.
_Static_assert(slot_append_provider == 218 - 2 && slot_string_buffer == 254 - 2, "anchors of versions 12 and 15");

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

mesh_ort_status *mesh_ort_set_memory(void *table, mesh_ort_options *options, int pattern, int arena) {
    typedef mesh_ort_status *(*choose)(mesh_ort_options *);
    TRY(SLOT(pattern ? slot_memory_pattern_on : slot_memory_pattern_off, choose)(options));
    return SLOT(arena ? slot_arena_on : slot_arena_off, choose)(options);
}

mesh_ort_status *mesh_ort_set_execution(void *table, mesh_ort_options *options, int optimisation, int parallel) {
    typedef mesh_ort_status *(*choose)(mesh_ort_options *, int);
    TRY(SLOT(slot_optimisation, choose)(options, optimisation));
    return SLOT(slot_execution_mode, choose)(options, parallel);
}

mesh_ort_status *mesh_ort_append_provider(void *table, mesh_ort_options *options, const char *name) {
    return SLOT(slot_append_provider,
        mesh_ort_status *(*)(mesh_ort_options *, const char *, const char *const *, const char *const *, size_t))(
        options, name, NULL, NULL, 0);
}

mesh_ort_status *mesh_ort_providers(void *table, char ***names, int *count) {
    return SLOT(slot_providers, mesh_ort_status *(*)(char ***, int *))(names, count);
}

void mesh_ort_release_providers(void *table, char **names, int count) {
    mesh_ort_status *fault = SLOT(slot_release_providers, mesh_ort_status *(*)(char **, int))(names, count);
    if (fault) mesh_ort_release_status(table, fault);
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

mesh_ort_status *mesh_ort_open_session(
    void *table, const mesh_ort_env *env, const char *path, const mesh_ort_options *options, mesh_ort_session **out) {
    return SLOT(slot_create_session,
        mesh_ort_status *(*)(const mesh_ort_env *, const char *, const mesh_ort_options *, mesh_ort_session **))(env, path, options, out);
}

void mesh_ort_release_session(void *table, mesh_ort_session *session) {
    SLOT(slot_release_session, void (*)(mesh_ort_session *))(session);
}

mesh_ort_status *mesh_ort_counts(void *table, const mesh_ort_session *session, size_t *inputs, size_t *outputs) {
    typedef mesh_ort_status *(*count)(const mesh_ort_session *, size_t *);
    TRY(SLOT(slot_input_count, count)(session, inputs));
    return SLOT(slot_output_count, count)(session, outputs);
}

mesh_ort_status *mesh_ort_default_allocator(void *table, mesh_ort_allocator **out) {
    return SLOT(slot_default_allocator, mesh_ort_status *(*)(mesh_ort_allocator **))(out);
}

mesh_ort_status *mesh_ort_cpu_memory(void *table, mesh_ort_memory **out) {
    enum { arena_allocator = 1, default_memory = 0 };
    return SLOT(slot_cpu_memory, mesh_ort_status *(*)(int, int, mesh_ort_memory **))(arena_allocator, default_memory, out);
}

void mesh_ort_release_memory(void *table, mesh_ort_memory *memory) {
    SLOT(slot_release_memory, void (*)(mesh_ort_memory *))(memory);
}

void mesh_ort_free(void *table, mesh_ort_allocator *allocator, void *memory) {
    mesh_ort_status *fault = SLOT(slot_free, mesh_ort_status *(*)(mesh_ort_allocator *, void *))(allocator, memory);
    if (fault) mesh_ort_release_status(table, fault);
}

mesh_ort_status *mesh_ort_name(
    void *table, const mesh_ort_session *session, mesh_ort_allocator *allocator, int output, size_t index, char **out) {
    typedef mesh_ort_status *(*name)(const mesh_ort_session *, size_t, mesh_ort_allocator *, char **);
    return SLOT(output ? slot_output_name : slot_input_name, name)(session, index, allocator, out);
}

static mesh_ort_status *read_shape(
    void *table, const mesh_ort_shape *shape, int *element, int64_t *dimensions, size_t capacity, size_t *rank) {
    TRY(SLOT(slot_element_type, mesh_ort_status *(*)(const mesh_ort_shape *, int *))(shape, element));
    TRY(SLOT(slot_rank, mesh_ort_status *(*)(const mesh_ort_shape *, size_t *))(shape, rank));
    size_t count = *rank < capacity ? *rank : capacity;
    return SLOT(slot_dimensions, mesh_ort_status *(*)(const mesh_ort_shape *, int64_t *, size_t))(shape, dimensions, count);
}

mesh_ort_status *mesh_ort_type_of(void *table, const mesh_ort_session *session, int output, size_t index, mesh_ort_type **out) {
    typedef mesh_ort_status *(*describe)(const mesh_ort_session *, size_t, mesh_ort_type **);
    return SLOT(output ? slot_output_type : slot_input_type, describe)(session, index, out);
}

void mesh_ort_release_type(void *table, mesh_ort_type *type) { SLOT(slot_release_type, void (*)(mesh_ort_type *))(type); }

mesh_ort_status *mesh_ort_type_kind(void *table, const mesh_ort_type *type, int *out) {
    return SLOT(slot_type_kind, mesh_ort_status *(*)(const mesh_ort_type *, int *))(type, out);
}

mesh_ort_status *mesh_ort_describe(
    void *table, const mesh_ort_type *type, int *element, int64_t *dimensions, const char **symbols, size_t capacity, size_t *rank) {
    const mesh_ort_shape *shape = NULL;
    TRY(SLOT(slot_cast_to_tensor_info, mesh_ort_status *(*)(const mesh_ort_type *, const mesh_ort_shape **))(type, &shape));
    if (!shape) return NULL;
    TRY(read_shape(table, shape, element, dimensions, capacity, rank));
    size_t count = *rank < capacity ? *rank : capacity;
    return SLOT(slot_symbols, mesh_ort_status *(*)(const mesh_ort_shape *, const char **, size_t))(shape, symbols, count);
}

mesh_ort_status *mesh_ort_metadata_of(void *table, const mesh_ort_session *session, mesh_ort_metadata **out) {
    return SLOT(slot_metadata, mesh_ort_status *(*)(const mesh_ort_session *, mesh_ort_metadata **))(session, out);
}

void mesh_ort_release_metadata(void *table, mesh_ort_metadata *metadata) {
    SLOT(slot_release_metadata, void (*)(mesh_ort_metadata *))(metadata);
}

mesh_ort_status *mesh_ort_metadata_text(
    void *table, const mesh_ort_metadata *metadata, mesh_ort_allocator *allocator, mesh_ort_text which, char **out) {
    static const int slots[] = {slot_metadata_producer, slot_metadata_graph, slot_metadata_domain, slot_metadata_description};
    return SLOT(slots[which], mesh_ort_status *(*)(const mesh_ort_metadata *, mesh_ort_allocator *, char **))(metadata, allocator, out);
}

mesh_ort_status *mesh_ort_metadata_version(void *table, const mesh_ort_metadata *metadata, int64_t *out) {
    return SLOT(slot_metadata_version, mesh_ort_status *(*)(const mesh_ort_metadata *, int64_t *))(metadata, out);
}

mesh_ort_status *mesh_ort_metadata_keys(
    void *table, const mesh_ort_metadata *metadata, mesh_ort_allocator *allocator, char ***keys, int64_t *count) {
    return SLOT(slot_metadata_keys, mesh_ort_status *(*)(const mesh_ort_metadata *, mesh_ort_allocator *, char ***, int64_t *))(
        metadata, allocator, keys, count);
}

mesh_ort_status *mesh_ort_metadata_value(
    void *table, const mesh_ort_metadata *metadata, mesh_ort_allocator *allocator, const char *key, char **out) {
    return SLOT(slot_metadata_lookup, mesh_ort_status *(*)(const mesh_ort_metadata *, mesh_ort_allocator *, const char *, char **))(
        metadata, allocator, key, out);
}

mesh_ort_status *mesh_ort_tensor_over(
    void *table, const mesh_ort_memory *memory, void *data, size_t length, const int64_t *shape, size_t rank, int element,
    mesh_ort_value **out) {
    return SLOT(slot_create_tensor_over,
        mesh_ort_status *(*)(const mesh_ort_memory *, void *, size_t, const int64_t *, size_t, int, mesh_ort_value **))(
        memory, data, length, shape, rank, element, out);
}

mesh_ort_status *mesh_ort_string_tensor(
    void *table, mesh_ort_allocator *allocator, const int64_t *shape, size_t rank, mesh_ort_value **out) {
    enum { element_string = 8 };
    return SLOT(slot_create_tensor, mesh_ort_status *(*)(mesh_ort_allocator *, const int64_t *, size_t, int, mesh_ort_value **))(
        allocator, shape, rank, element_string, out);
}

mesh_ort_status *mesh_ort_string_buffer(void *table, mesh_ort_value *value, size_t index, size_t length, char **out) {
    return SLOT(slot_string_buffer, mesh_ort_status *(*)(mesh_ort_value *, size_t, size_t, char **))(value, index, length, out);
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
