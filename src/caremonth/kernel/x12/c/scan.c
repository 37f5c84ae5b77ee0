/* Finding: delimiters, segments, and which iteration of a loop they are in. */
#include "arrays.h"
#include "functions.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* scan(data, at, stop, element, component, terminator, ends, component_at, component_of, closing)
   Every delimiter of data[at:stop]: where elements end; where component separators are, and of which element, from 0;
   which elements, from 0, end a segment. Returns how many of each were written. */
PyObject *scan(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[5];
  Py_ssize_t at, stop;
  unsigned char element, component, terminator;
  if (!PyArg_ParseTuple(args, "OnnbbbOOOO", &o[0], &at, &stop, &element, &component, &terminator, &o[1], &o[2], &o[3],
                        &o[4]))
    return NULL;
  READ(uint8_t, data, o[0]);
  WRITE(int32_t, ends, o[1]);
  WRITE(int32_t, component_at, o[2]);
  WRITE(int32_t, component_of, o[3]);
  WRITE(int32_t, closing, o[4]);
  Py_ssize_t size = stop - at;
  if (at < 0 || stop > data_count || size < 0 || stop > INT32_MAX) return refuse(&arrays, "no such bytes");
  if (ends_count < size || component_at_count < size || component_of_count < size || closing_count < size)
    return refuse(&arrays, "room for every byte is needed");
  Py_ssize_t found = 0, inside = 0, closed = 0, i = at;
  Py_BEGIN_ALLOW_THREADS
#if defined(__SSE2__)
  const __m128i is_element = _mm_set1_epi8((char)element), is_component = _mm_set1_epi8((char)component),
                is_terminator = _mm_set1_epi8((char)terminator);
  for (; i + 16 <= stop; i += 16) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(data + i));
    __m128i any = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, is_element), _mm_cmpeq_epi8(bytes, is_component)),
                               _mm_cmpeq_epi8(bytes, is_terminator));
    unsigned mask = (unsigned)_mm_movemask_epi8(any);
    while (mask) {
      int32_t place = (int32_t)(i + __builtin_ctz(mask));
      uint8_t byte = data[place];
      mask &= mask - 1;
      if (byte == component) {
        component_at[inside] = place;
        component_of[inside++] = (int32_t)found;
      } else {
        closing[closed] = (int32_t)found;
        closed += byte == terminator;
        ends[found++] = place;
      }
    }
  }
#endif
  for (; i < stop; i++) {
    uint8_t byte = data[i];
    if (byte == component) {
      component_at[inside] = (int32_t)i;
      component_of[inside++] = (int32_t)found;
    } else if (byte == element || byte == terminator) {
      closing[closed] = (int32_t)found;
      closed += byte == terminator;
      ends[found++] = (int32_t)i;
    }
  }
  Py_END_ALLOW_THREADS
  release(&arrays);
  return Py_BuildValue("nnn", found, inside, closed);
}

/* starts(data, ends, closing, at, start, initial)
   Where segments start: at `at`, and after each element that closes one; past blanks, control characters and byte-order
   marks. `initial` is the byte there. Returns how many: those that would start behind the data are none. */
PyObject *starts(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[5];
  Py_ssize_t at;
  if (!PyArg_ParseTuple(args, "OOOnOO", &o[0], &o[1], &o[2], &at, &o[3], &o[4])) return NULL;
  READ(uint8_t, data, o[0]);
  READ(int32_t, ends, o[1]);
  READ(int32_t, closing, o[2]);
  WRITE(int32_t, start, o[3]);
  WRITE(uint8_t, initial, o[4]);
  if (start_count <= closing_count || initial_count <= closing_count || at < 0 || at >= data_count)
    return refuse(&arrays, "room for every segment is needed");
  Py_ssize_t found = 0;
  for (Py_ssize_t i = 0;; i++) {
    for (;;) {
      if (at >= data_count) break;
      if (data[at] == 0xEF && at + 1 < data_count && data[at + 1] == 0xBB) at += 3;
      else if (data[at] <= 32) at++;
      else break;
    }
    start[found] = (int32_t)at;
    initial[found++] = data[at < data_count ? at : data_count - 1];
    if (i == closing_count) break;
    if (closing[i] < 0 || closing[i] >= ends_count) return refuse(&arrays, "no such element");
    at = (Py_ssize_t)ends[closing[i]] + 1;
    if (at < 0) return refuse(&arrays, "no such byte");
    if (at >= data_count) break;
  }
  release(&arrays);
  return PyLong_FromSsize_t(found);
}

/* take(values, places, out): the value at each place, in arrays of 32 bits. */
PyObject *take(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[3];
  if (!PyArg_ParseTuple(args, "OOO", &o[0], &o[1], &o[2])) return NULL;
  READ(int32_t, values, o[0]);
  READ(int32_t, places, o[1]);
  WRITE(int32_t, out, o[2]);
  if (out_count != places_count) return refuse(&arrays, "arrays of one length are needed");
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < places_count; i++) {
    if (places[i] < 0 || places[i] >= values_count) { wrong = "no such place"; break; }
    out[i] = values[places[i]];
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return Py_NewRef(Py_None);
}

/* owners(starts, places, owner)
   For each of `places` how many of `starts` are at or before it, less one; both ascend. Returns how many have none (-1)
   or the same as the place before. */
PyObject *owners(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[3];
  if (!PyArg_ParseTuple(args, "OOO", &o[0], &o[1], &o[2])) return NULL;
  READ(int32_t, starts, o[0]);
  READ(int32_t, places, o[1]);
  WRITE(int32_t, owner, o[2]);
  if (owner_count != places_count) return refuse(&arrays, "arrays of one length are needed");
  Py_ssize_t before = 0, again = 0;
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < places_count; i++) {
    if (i && places[i] < places[i - 1]) { wrong = "places that ascend are needed"; break; }
    while (before < starts_count && starts[before] <= places[i]) before++;
    owner[i] = (int32_t)before - 1;
    again += before == 0 || (i && owner[i] == owner[i - 1]);
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return PyLong_FromSsize_t(again);
}
