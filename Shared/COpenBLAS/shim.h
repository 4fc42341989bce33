#pragma once
#include <cblas.h>

/* LAPACK's driver for symmetric positive definite systems, which the library holds beside BLAS; its own header is another package. */
extern void dposv_(
    char *uplo, int *n, int *nrhs, double *a, int *lda, double *b, int *ldb, int *info);
