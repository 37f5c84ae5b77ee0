/* The functions that the module offers; what each is given and gives back stands over it. */
#ifndef CAREMONTH_FUNCTIONS_H
#define CAREMONTH_FUNCTIONS_H
#include "arrays.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif
PyObject *scan(PyObject *self, PyObject *args);
PyObject *starts(PyObject *self, PyObject *args);
PyObject *take(PyObject *self, PyObject *args);
PyObject *owners(PyObject *self, PyObject *args);
PyObject *bounds(PyObject *self, PyObject *args);
PyObject *texts(PyObject *self, PyObject *args);
PyObject *cut(PyObject *self, PyObject *args);
PyObject *numbers(PyObject *self, PyObject *args);
PyObject *days(PyObject *self, PyObject *args);
PyObject *codes(PyObject *self, PyObject *args);
PyObject *says_more(PyObject *self, PyObject *args);
PyObject *symbols(PyObject *self, PyObject *args);
PyObject *states(PyObject *self, PyObject *args);
PyObject *remember(PyObject *self, PyObject *args);
PyObject *screen(PyObject *self, PyObject *args);
PyObject *join(PyObject *self, PyObject *args);
PyObject *money(PyObject *self, PyObject *args);
#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
