/* What every part of the compiled kernel begins with: Python, and the buffers of the arrays that a call was given. */
#ifndef CAREMONTH_ARRAYS_H
#define CAREMONTH_ARRAYS_H
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ARRAYS 24
#define AHEAD 16

/* Bytes that will soon be looked at are fetched while others are: an address that is none does no harm. */
#if defined(__GNUC__)
#define FETCH(address) __builtin_prefetch(address)
#else
#define FETCH(address) ((void)0)
#endif

/* The buffers that a call was given, released together. */
typedef struct {
  Py_buffer of[MOST_ARRAYS];
  int taken;
} Arrays;

static inline void release(Arrays *arrays) {
  while (arrays->taken > 0) PyBuffer_Release(&arrays->of[--arrays->taken]);
}

/* The items of an array and how many there are; NULL and an exception where its items have another width. */
static inline void *items(Arrays *arrays, PyObject *object, Py_ssize_t width, int writable, Py_ssize_t *count) {
  Py_buffer *buffer = &arrays->of[arrays->taken];
  static char nothing[16];
  if (PyObject_GetBuffer(object, buffer, writable ? PyBUF_WRITABLE : PyBUF_SIMPLE) < 0) return NULL;
  arrays->taken++;
  if (buffer->itemsize != width) {
    PyErr_Format(PyExc_TypeError, "an array with items of %zd bytes, not %zd", width, buffer->itemsize);
    return NULL;
  }
  *count = buffer->len / width;
  return buffer->buf ? buffer->buf : nothing;
}

static inline PyObject *refuse(Arrays *arrays, const char *why) {
  release(arrays);
  PyErr_SetString(PyExc_ValueError, why);
  return NULL;
}

#define TAKE(type, name, object, writable)                                          \
  Py_ssize_t name##_count;                                                          \
  type *name = items(&arrays, object, (Py_ssize_t)sizeof(type), writable, &name##_count); \
  if (!name) { release(&arrays); return NULL; }
#define READ(type, name, object) TAKE(const type, name, object, 0)
#define WRITE(type, name, object) TAKE(type, name, object, 1)

#endif
