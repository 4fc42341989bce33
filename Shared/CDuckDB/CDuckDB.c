#include "CDuckDB.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// A result as the interface lays it out: five words that are no longer used, and the engine's own.
struct mesh_duckdb_result {
    uint64_t unused[5];
    void *internal;
};

_Static_assert(sizeof(mesh_duckdb_result) == 48, "the interface passes results by value");

struct mesh_duckdb_api {
    const char *(*library_version)(void);
    int (*open)(const char *path, mesh_duckdb_database **out);
    void (*close)(mesh_duckdb_database **database);
    int (*connect)(mesh_duckdb_database *database, mesh_duckdb_connection **out);
    void (*disconnect)(mesh_duckdb_connection **connection);
    void (*interrupt)(mesh_duckdb_connection *connection);
    int (*prepare)(mesh_duckdb_connection *connection, const char *sql, mesh_duckdb_statement **out);
    const char *(*prepare_error)(mesh_duckdb_statement *statement);
    void (*destroy_prepare)(mesh_duckdb_statement **statement);
    int (*bind_null)(mesh_duckdb_statement *statement, uint64_t index);
    int (*bind_boolean)(mesh_duckdb_statement *statement, uint64_t index, bool value);
    int (*bind_int64)(mesh_duckdb_statement *statement, uint64_t index, int64_t value);
    int (*bind_double)(mesh_duckdb_statement *statement, uint64_t index, double value);
    int (*bind_varchar_length)(mesh_duckdb_statement *statement, uint64_t index, const char *text, uint64_t length);
    int (*bind_blob)(mesh_duckdb_statement *statement, uint64_t index, const void *bytes, uint64_t length);
    int (*execute_prepared)(mesh_duckdb_statement *statement, mesh_duckdb_result *out);
    int (*execute_prepared_streaming)(mesh_duckdb_statement *statement, mesh_duckdb_result *out);
    const char *(*result_error)(mesh_duckdb_result *result);
    int (*result_error_type)(mesh_duckdb_result *result);
    void (*destroy_result)(mesh_duckdb_result *result);
    uint64_t (*column_count)(mesh_duckdb_result *result);
    const char *(*column_name)(mesh_duckdb_result *result, uint64_t column);
    mesh_duckdb_type *(*column_logical_type)(mesh_duckdb_result *result, uint64_t column);
    mesh_duckdb_chunk *(*fetch_chunk)(mesh_duckdb_result result);
    mesh_duckdb_type *(*create_logical_type)(int id);
    mesh_duckdb_type *(*create_list_type)(mesh_duckdb_type *element);
    mesh_duckdb_type *(*list_type_child_type)(mesh_duckdb_type *list);
    int (*get_type_id)(mesh_duckdb_type *type);
    uint8_t (*decimal_scale)(mesh_duckdb_type *type);
    int (*decimal_internal_type)(mesh_duckdb_type *type);
    void (*destroy_logical_type)(mesh_duckdb_type **type);
    mesh_duckdb_chunk *(*create_data_chunk)(mesh_duckdb_type **types, uint64_t count);
    uint64_t (*data_chunk_get_size)(mesh_duckdb_chunk *chunk);
    void (*data_chunk_set_size)(mesh_duckdb_chunk *chunk, uint64_t rows);
    void (*destroy_data_chunk)(mesh_duckdb_chunk **chunk);
    mesh_duckdb_vector *(*data_chunk_get_vector)(mesh_duckdb_chunk *chunk, uint64_t column);
    uint64_t (*vector_size)(void);
    void *(*vector_get_data)(mesh_duckdb_vector *vector);
    uint64_t *(*vector_get_validity)(mesh_duckdb_vector *vector);
    void (*vector_ensure_validity_writable)(mesh_duckdb_vector *vector);
    void (*validity_set_row_invalid)(uint64_t *validity, uint64_t row);
    void (*vector_assign_string_element_len)(mesh_duckdb_vector *vector, uint64_t row, const char *text, uint64_t length);
    mesh_duckdb_vector *(*list_vector_get_child)(mesh_duckdb_vector *list);
    uint64_t (*list_vector_get_size)(mesh_duckdb_vector *list);
    int (*list_vector_set_size)(mesh_duckdb_vector *list, uint64_t elements);
    int (*list_vector_reserve)(mesh_duckdb_vector *list, uint64_t elements);
    int (*appender_create_ext)(
        mesh_duckdb_connection *connection, const char *catalog, const char *schema, const char *table, mesh_duckdb_appender **out);
    int (*append_data_chunk)(mesh_duckdb_appender *appender, mesh_duckdb_chunk *chunk);
    int (*appender_flush)(mesh_duckdb_appender *appender);
    const char *(*appender_error)(mesh_duckdb_appender *appender);
    int (*appender_destroy)(mesh_duckdb_appender **appender);
};

static void *open_library(const char *path) {
    void *handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    if (handle) return handle;
    // The library out of the Python wheel refers to data of the interpreter; a plain libduckdb.so does not.
    if (!dlopen("libpython3.11.so.1.0", RTLD_LAZY | RTLD_GLOBAL)) return NULL;
    return dlopen(path, RTLD_LAZY | RTLD_LOCAL);
}

#define FIND(name)                                                          \
    do {                                                                    \
        *(void **)&api->name = dlsym(handle, "duckdb_" #name);              \
        if (!api->name) return "the library exports no duckdb_" #name;      \
    } while (0)

static const char *find_queries(void *handle, mesh_duckdb_api *api) {
    FIND(library_version);
    FIND(open);
    FIND(close);
    FIND(connect);
    FIND(disconnect);
    FIND(interrupt);
    FIND(prepare);
    FIND(prepare_error);
    FIND(destroy_prepare);
    FIND(bind_null);
    FIND(bind_boolean);
    FIND(bind_int64);
    FIND(bind_double);
    FIND(bind_varchar_length);
    FIND(bind_blob);
    FIND(execute_prepared);
    FIND(execute_prepared_streaming);
    FIND(result_error);
    FIND(result_error_type);
    FIND(destroy_result);
    FIND(column_count);
    FIND(column_name);
    FIND(column_logical_type);
    FIND(fetch_chunk);
    return NULL;
}

static const char *find_vectors(void *handle, mesh_duckdb_api *api) {
    FIND(create_logical_type);
    FIND(create_list_type);
    FIND(list_type_child_type);
    FIND(get_type_id);
    FIND(decimal_scale);
    FIND(decimal_internal_type);
    FIND(destroy_logical_type);
    FIND(create_data_chunk);
    FIND(data_chunk_get_size);
    FIND(data_chunk_set_size);
    FIND(destroy_data_chunk);
    FIND(data_chunk_get_vector);
    FIND(vector_size);
    FIND(vector_get_data);
    FIND(vector_get_validity);
    FIND(vector_ensure_validity_writable);
    FIND(validity_set_row_invalid);
    FIND(vector_assign_string_element_len);
    FIND(list_vector_get_child);
    FIND(list_vector_get_size);
    FIND(list_vector_set_size);
    FIND(list_vector_reserve);
    FIND(appender_create_ext);
    FIND(append_data_chunk);
    FIND(appender_flush);
    FIND(appender_error);
    FIND(appender_destroy);
    return NULL;
}

mesh_duckdb_library mesh_duckdb_load(const char *path) {
    mesh_duckdb_library library = {0};
    void *handle = open_library(path);
    if (!handle) {
        library.fault = dlerror();
        if (!library.fault) library.fault = "the library cannot be opened";
        return library;
    }
    mesh_duckdb_api *api = calloc(1, sizeof *api);
    if (!api) {
        library.fault = "out of memory";
        return library;
    }
    library.fault = find_queries(handle, api);
    if (!library.fault) library.fault = find_vectors(handle, api);
    if (library.fault) {
        free(api);
        return library;
    }
    library.api = api;
    library.version = api->library_version();
    return library;
}

int mesh_duckdb_open(const mesh_duckdb_api *api, mesh_duckdb_database **out) { return api->open(NULL, out); }
void mesh_duckdb_close(const mesh_duckdb_api *api, mesh_duckdb_database *database) { api->close(&database); }

int mesh_duckdb_connect(const mesh_duckdb_api *api, mesh_duckdb_database *database, mesh_duckdb_connection **out) {
    return api->connect(database, out);
}

void mesh_duckdb_disconnect(const mesh_duckdb_api *api, mesh_duckdb_connection *connection) { api->disconnect(&connection); }
void mesh_duckdb_interrupt(const mesh_duckdb_api *api, mesh_duckdb_connection *connection) { api->interrupt(connection); }

int mesh_duckdb_prepare(const mesh_duckdb_api *api, mesh_duckdb_connection *connection, const char *sql, mesh_duckdb_statement **out) {
    return api->prepare(connection, sql, out);
}

const char *mesh_duckdb_prepare_error(const mesh_duckdb_api *api, mesh_duckdb_statement *statement) { return api->prepare_error(statement); }
void mesh_duckdb_release_statement(const mesh_duckdb_api *api, mesh_duckdb_statement *statement) { api->destroy_prepare(&statement); }

int mesh_duckdb_bind_null(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, uint64_t index) {
    return api->bind_null(statement, index);
}

int mesh_duckdb_bind_bool(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, uint64_t index, int value) {
    return api->bind_boolean(statement, index, value != 0);
}

int mesh_duckdb_bind_integer(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, uint64_t index, int64_t value) {
    return api->bind_int64(statement, index, value);
}

int mesh_duckdb_bind_double(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, uint64_t index, double value) {
    return api->bind_double(statement, index, value);
}

int mesh_duckdb_bind_text(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, uint64_t index, const uint8_t *bytes, uint64_t count) {
    return api->bind_varchar_length(statement, index, bytes ? (const char *)bytes : "", count);
}

int mesh_duckdb_bind_blob(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, uint64_t index, const uint8_t *bytes, uint64_t count) {
    return api->bind_blob(statement, index, bytes ? (const void *)bytes : "", count);
}

int mesh_duckdb_execute(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, mesh_duckdb_result **out) {
    mesh_duckdb_result *result = calloc(1, sizeof *result);
    *out = result;
    return result ? api->execute_prepared(statement, result) : 1;
}

int mesh_duckdb_execute_streaming(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, mesh_duckdb_result **out) {
    mesh_duckdb_result *result = calloc(1, sizeof *result);
    *out = result;
    return result ? api->execute_prepared_streaming(statement, result) : 1;
}

const char *mesh_duckdb_result_error(const mesh_duckdb_api *api, mesh_duckdb_result *result) { return result ? api->result_error(result) : NULL; }
int mesh_duckdb_result_error_type(const mesh_duckdb_api *api, mesh_duckdb_result *result) { return result ? api->result_error_type(result) : 0; }
uint64_t mesh_duckdb_column_count(const mesh_duckdb_api *api, mesh_duckdb_result *result) { return api->column_count(result); }

const char *mesh_duckdb_column_name(const mesh_duckdb_api *api, mesh_duckdb_result *result, uint64_t column) {
    return api->column_name(result, column);
}

mesh_duckdb_type *mesh_duckdb_column_type(const mesh_duckdb_api *api, mesh_duckdb_result *result, uint64_t column) {
    return api->column_logical_type(result, column);
}

void mesh_duckdb_release_result(const mesh_duckdb_api *api, mesh_duckdb_result *result) {
    if (!result) return;
    api->destroy_result(result);
    free(result);
}

mesh_duckdb_chunk *mesh_duckdb_fetch(const mesh_duckdb_api *api, mesh_duckdb_result *result) { return api->fetch_chunk(*result); }

mesh_duckdb_type *mesh_duckdb_make_type(const mesh_duckdb_api *api, int id) { return api->create_logical_type(id); }
mesh_duckdb_type *mesh_duckdb_make_list(const mesh_duckdb_api *api, mesh_duckdb_type *element) { return api->create_list_type(element); }
mesh_duckdb_type *mesh_duckdb_list_element(const mesh_duckdb_api *api, mesh_duckdb_type *list) { return api->list_type_child_type(list); }
int mesh_duckdb_type_id(const mesh_duckdb_api *api, mesh_duckdb_type *type) { return api->get_type_id(type); }
int mesh_duckdb_decimal_scale(const mesh_duckdb_api *api, mesh_duckdb_type *type) { return api->decimal_scale(type); }
int mesh_duckdb_decimal_storage(const mesh_duckdb_api *api, mesh_duckdb_type *type) { return api->decimal_internal_type(type); }
void mesh_duckdb_release_type(const mesh_duckdb_api *api, mesh_duckdb_type *type) { api->destroy_logical_type(&type); }

mesh_duckdb_chunk *mesh_duckdb_make_chunk(const mesh_duckdb_api *api, mesh_duckdb_type **types, uint64_t count) {
    return api->create_data_chunk(types, count);
}

uint64_t mesh_duckdb_chunk_size(const mesh_duckdb_api *api, mesh_duckdb_chunk *chunk) { return api->data_chunk_get_size(chunk); }

void mesh_duckdb_set_chunk_size(const mesh_duckdb_api *api, mesh_duckdb_chunk *chunk, uint64_t rows) { api->data_chunk_set_size(chunk, rows); }

void mesh_duckdb_release_chunk(const mesh_duckdb_api *api, mesh_duckdb_chunk *chunk) { api->destroy_data_chunk(&chunk); }

mesh_duckdb_vector *mesh_duckdb_chunk_vector(const mesh_duckdb_api *api, mesh_duckdb_chunk *chunk, uint64_t column) {
    return api->data_chunk_get_vector(chunk, column);
}

uint64_t mesh_duckdb_chunk_capacity(const mesh_duckdb_api *api) { return api->vector_size(); }

void *mesh_duckdb_data(const mesh_duckdb_api *api, mesh_duckdb_vector *vector) { return api->vector_get_data(vector); }
const uint64_t *mesh_duckdb_validity(const mesh_duckdb_api *api, mesh_duckdb_vector *vector) { return api->vector_get_validity(vector); }

void mesh_duckdb_set_null(const mesh_duckdb_api *api, mesh_duckdb_vector *vector, uint64_t row) {
    api->vector_ensure_validity_writable(vector);
    api->validity_set_row_invalid(api->vector_get_validity(vector), row);
}

void mesh_duckdb_set_text(const mesh_duckdb_api *api, mesh_duckdb_vector *vector, uint64_t row, const uint8_t *bytes, uint64_t count) {
    api->vector_assign_string_element_len(vector, row, bytes ? (const char *)bytes : "", count);
}

mesh_duckdb_vector *mesh_duckdb_list_child(const mesh_duckdb_api *api, mesh_duckdb_vector *list) { return api->list_vector_get_child(list); }
uint64_t mesh_duckdb_list_size(const mesh_duckdb_api *api, mesh_duckdb_vector *list) { return api->list_vector_get_size(list); }

int mesh_duckdb_resize_list(const mesh_duckdb_api *api, mesh_duckdb_vector *list, uint64_t elements) {
    return api->list_vector_reserve(list, elements) || api->list_vector_set_size(list, elements);
}

// 16 bytes: the length, then the text itself up to 12 bytes, else four bytes of it and a pointer.
typedef union {
    struct {
        uint32_t length;
        char text[12];
    } near;
    struct {
        uint32_t length;
        char prefix[4];
        const uint8_t *bytes;
    } far;
} text_cell;

_Static_assert(sizeof(text_cell) == 16, "texts of a vector take 16 bytes");

mesh_duckdb_bytes mesh_duckdb_text(const void *data, uint64_t row) {
    const text_cell *cell = (const text_cell *)data + row;
    mesh_duckdb_bytes result;
    result.count = cell->near.length;
    result.bytes = cell->near.length <= sizeof cell->near.text ? (const uint8_t *)cell->near.text : cell->far.bytes;
    return result;
}

int mesh_duckdb_append_to(
    const mesh_duckdb_api *api, mesh_duckdb_connection *connection, const char *catalog, const char *table, mesh_duckdb_appender **out) {
    return api->appender_create_ext(connection, catalog, "main", table, out);
}

int mesh_duckdb_append(const mesh_duckdb_api *api, mesh_duckdb_appender *appender, mesh_duckdb_chunk *chunk) {
    return api->append_data_chunk(appender, chunk);
}

int mesh_duckdb_flush(const mesh_duckdb_api *api, mesh_duckdb_appender *appender) { return api->appender_flush(appender); }
const char *mesh_duckdb_appender_error(const mesh_duckdb_api *api, mesh_duckdb_appender *appender) { return api->appender_error(appender); }
void mesh_duckdb_release_appender(const mesh_duckdb_api *api, mesh_duckdb_appender *appender) { (void)api->appender_destroy(&appender); }
