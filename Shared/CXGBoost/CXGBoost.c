#include "CXGBoost.h"

#include <dlfcn.h>
#include <stddef.h>

#define FIND(member, name)                                                  \
    do {                                                                    \
        *(void **)(&library.member) = dlsym(handle, name);                  \
        if (library.member == NULL) library.fault = "it has no " name;      \
    } while (0)

mesh_xgboost mesh_xgboost_open(const char *path, const char *companion) {
    mesh_xgboost library = {0};
    if (companion != NULL && dlopen(companion, RTLD_NOW | RTLD_GLOBAL) == NULL) {
        library.fault = dlerror();
        return library;
    }
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        library.fault = dlerror();
        return library;
    }
    FIND(version, "XGBoostVersion");
    FIND(last_error, "XGBGetLastError");
    FIND(matrix_of_dense, "XGDMatrixCreateFromDense");
    FIND(matrix_set_floats, "XGDMatrixSetFloatInfo");
    FIND(matrix_free, "XGDMatrixFree");
    FIND(booster_create, "XGBoosterCreate");
    FIND(booster_set, "XGBoosterSetParam");
    FIND(booster_update, "XGBoosterUpdateOneIter");
    FIND(booster_evaluate, "XGBoosterEvalOneIter");
    FIND(booster_save, "XGBoosterSaveModelToBuffer");
    FIND(booster_free, "XGBoosterFree");
    return library;
}
