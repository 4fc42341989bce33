#define _GNU_SOURCE
#include "CNamespaces.h"

#include <sched.h>

int mesh_enter_network(int descriptor) { return setns(descriptor, CLONE_NEWNET); }
