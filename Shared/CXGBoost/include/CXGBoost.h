#pragma once

#include <stdint.h>

// XGBoost's C interface as this project uses it, opened at run time: the declarations are written afresh from the interface's facts.

// The library's functions; those that give a number give 0 on success.
typedef struct {
    // Why the library could not be opened, or NULL.
    const char *fault;
    void (*version)(int *major, int *minor, int *patch);
    const char *(*last_error)(void);
    // `values` and `config` are JSON; the array is copied.
    int (*matrix_of_dense)(const char *values, const char *config, void **out);
    int (*matrix_set_floats)(void *matrix, const char *field, const float *values, uint64_t count);
    int (*matrix_free)(void *matrix);
    int (*booster_create)(void *const *matrices, uint64_t count, void **out);
    int (*booster_set)(void *booster, const char *name, const char *value);
    int (*booster_update)(void *booster, int iteration, void *matrix);
    int (*booster_evaluate)(void *booster, int iteration, void **matrices, const char **names, uint64_t count, const char **out);
    int (*booster_save)(void *booster, const char *config, uint64_t *length, const char **out);
    int (*booster_free)(void *booster);
} mesh_xgboost;

// `companion` is a library that it needs and that does not lie where the linker looks, or NULL.
mesh_xgboost mesh_xgboost_open(const char *path, const char *companion);
