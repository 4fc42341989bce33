#pragma once

#include <stddef.h>
#include <stdint.h>

// DuckDB's C interface as this project uses it, reached through a library that is opened at run time. The declarations are written afresh
// from the interface's facts; CDuckDB.c holds the function pointers.

typedef struct mesh_duckdb_api mesh_duckdb_api;
typedef struct mesh_duckdb_database mesh_duckdb_database;
typedef struct mesh_duckdb_connection mesh_duckdb_connection;
typedef struct mesh_duckdb_statement mesh_duckdb_statement;
typedef struct mesh_duckdb_result mesh_duckdb_result;
typedef struct mesh_duckdb_chunk mesh_duckdb_chunk;
typedef struct mesh_duckdb_vector mesh_duckdb_vector;
typedef struct mesh_duckdb_type mesh_duckdb_type;
typedef struct mesh_duckdb_appender mesh_duckdb_appender;

// `fault` says why the library cannot be used; NULL when it can.
typedef struct {
    const mesh_duckdb_api *api;
    const char *version;
    const char *fault;
} mesh_duckdb_library;

mesh_duckdb_library mesh_duckdb_load(const char *path);

// Functions that give an int give 0 on success.
int mesh_duckdb_open(const mesh_duckdb_api *api, mesh_duckdb_database **out);
void mesh_duckdb_close(const mesh_duckdb_api *api, mesh_duckdb_database *database);
int mesh_duckdb_connect(const mesh_duckdb_api *api, mesh_duckdb_database *database, mesh_duckdb_connection **out);
void mesh_duckdb_disconnect(const mesh_duckdb_api *api, mesh_duckdb_connection *connection);
// May be called from any thread while the connection lives.
void mesh_duckdb_interrupt(const mesh_duckdb_api *api, mesh_duckdb_connection *connection);

// Takes one statement only. The statement is to be released even when preparing failed: it holds the message.
int mesh_duckdb_prepare(const mesh_duckdb_api *api, mesh_duckdb_connection *connection, const char *sql, mesh_duckdb_statement **out);
const char *mesh_duckdb_prepare_error(const mesh_duckdb_api *api, mesh_duckdb_statement *statement);
void mesh_duckdb_release_statement(const mesh_duckdb_api *api, mesh_duckdb_statement *statement);
// Parameters count from 1.
int mesh_duckdb_bind_null(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, uint64_t index);
int mesh_duckdb_bind_bool(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, uint64_t index, int value);
int mesh_duckdb_bind_integer(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, uint64_t index, int64_t value);
int mesh_duckdb_bind_double(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, uint64_t index, double value);
int mesh_duckdb_bind_text(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, uint64_t index, const uint8_t *bytes, uint64_t count);
int mesh_duckdb_bind_blob(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, uint64_t index, const uint8_t *bytes, uint64_t count);

// The result is to be released even when executing failed: it holds the message.
int mesh_duckdb_execute(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, mesh_duckdb_result **out);
// The same without computing all rows first: each fetch computes some. When a fetch gives NULL, the result's error tells an end from a fault.
int mesh_duckdb_execute_streaming(const mesh_duckdb_api *api, mesh_duckdb_statement *statement, mesh_duckdb_result **out);
const char *mesh_duckdb_result_error(const mesh_duckdb_api *api, mesh_duckdb_result *result);
int mesh_duckdb_result_error_type(const mesh_duckdb_api *api, mesh_duckdb_result *result);
uint64_t mesh_duckdb_column_count(const mesh_duckdb_api *api, mesh_duckdb_result *result);
const char *mesh_duckdb_column_name(const mesh_duckdb_api *api, mesh_duckdb_result *result, uint64_t column);
mesh_duckdb_type *mesh_duckdb_column_type(const mesh_duckdb_api *api, mesh_duckdb_result *result, uint64_t column);
void mesh_duckdb_release_result(const mesh_duckdb_api *api, mesh_duckdb_result *result);
// The next chunk; NULL after the last.
mesh_duckdb_chunk *mesh_duckdb_fetch(const mesh_duckdb_api *api, mesh_duckdb_result *result);

// Types by the numbers of the interface: 1 BOOLEAN, 5 BIGINT, 10 FLOAT, 11 DOUBLE, 17 VARCHAR, 18 BLOB, 24 LIST...
mesh_duckdb_type *mesh_duckdb_make_type(const mesh_duckdb_api *api, int id);
mesh_duckdb_type *mesh_duckdb_make_list(const mesh_duckdb_api *api, mesh_duckdb_type *element);
mesh_duckdb_type *mesh_duckdb_list_element(const mesh_duckdb_api *api, mesh_duckdb_type *list);
int mesh_duckdb_type_id(const mesh_duckdb_api *api, mesh_duckdb_type *type);
int mesh_duckdb_decimal_scale(const mesh_duckdb_api *api, mesh_duckdb_type *type);
int mesh_duckdb_decimal_storage(const mesh_duckdb_api *api, mesh_duckdb_type *type);
void mesh_duckdb_release_type(const mesh_duckdb_api *api, mesh_duckdb_type *type);

mesh_duckdb_chunk *mesh_duckdb_make_chunk(const mesh_duckdb_api *api, mesh_duckdb_type **types, uint64_t count);
uint64_t mesh_duckdb_chunk_size(const mesh_duckdb_api *api, mesh_duckdb_chunk *chunk);
void mesh_duckdb_set_chunk_size(const mesh_duckdb_api *api, mesh_duckdb_chunk *chunk, uint64_t rows);
void mesh_duckdb_release_chunk(const mesh_duckdb_api *api, mesh_duckdb_chunk *chunk);
mesh_duckdb_vector *mesh_duckdb_chunk_vector(const mesh_duckdb_api *api, mesh_duckdb_chunk *chunk, uint64_t column);
// Rows that a chunk holds at most.
uint64_t mesh_duckdb_chunk_capacity(const mesh_duckdb_api *api);

void *mesh_duckdb_data(const mesh_duckdb_api *api, mesh_duckdb_vector *vector);
// One bit a row, 1 for a value; NULL when every row has one.
const uint64_t *mesh_duckdb_validity(const mesh_duckdb_api *api, mesh_duckdb_vector *vector);
void mesh_duckdb_set_null(const mesh_duckdb_api *api, mesh_duckdb_vector *vector, uint64_t row);
void mesh_duckdb_set_text(const mesh_duckdb_api *api, mesh_duckdb_vector *vector, uint64_t row, const uint8_t *bytes, uint64_t count);
mesh_duckdb_vector *mesh_duckdb_list_child(const mesh_duckdb_api *api, mesh_duckdb_vector *list);
uint64_t mesh_duckdb_list_size(const mesh_duckdb_api *api, mesh_duckdb_vector *list);
// Makes room for elements and says how many there are. The child's data may move.
int mesh_duckdb_resize_list(const mesh_duckdb_api *api, mesh_duckdb_vector *list, uint64_t elements);

// The bytes of one text or blob of a vector.
typedef struct {
    const uint8_t *bytes;
    uint64_t count;
} mesh_duckdb_bytes;

mesh_duckdb_bytes mesh_duckdb_text(const void *data, uint64_t row);

typedef struct {
    uint64_t offset;
    uint64_t length;
} mesh_duckdb_span;

// A 128-bit whole number.
typedef struct {
    uint64_t lower;
    int64_t upper;
} mesh_duckdb_wide;

int mesh_duckdb_append_to(
    const mesh_duckdb_api *api, mesh_duckdb_connection *connection, const char *catalog, const char *table, mesh_duckdb_appender **out);
int mesh_duckdb_append(const mesh_duckdb_api *api, mesh_duckdb_appender *appender, mesh_duckdb_chunk *chunk);
int mesh_duckdb_flush(const mesh_duckdb_api *api, mesh_duckdb_appender *appender);
const char *mesh_duckdb_appender_error(const mesh_duckdb_api *api, mesh_duckdb_appender *appender);
void mesh_duckdb_release_appender(const mesh_duckdb_api *api, mesh_duckdb_appender *appender);
