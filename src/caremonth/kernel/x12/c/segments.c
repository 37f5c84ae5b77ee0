/* Segments: what they are in the grammar, and whether they say more than columns take. */
#include "functions.h"
#include "index.h"

/* says_more(data, ends, component_at, until, first, count, last, runs, constants, parts, values, more)
   Whether a segment says more than what columns take: something after element `last`; in one of the `runs` (first and
   last element of each); another code than a constant (element and code of each); so many components (`parts`: element
   and number of each). columns._says_more. */
PyObject *says_more(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[11];
  int last;
  if (!PyArg_ParseTuple(args, "OOOOOOiOOOOO", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &last, &o[6], &o[7], &o[8], &o[9],
                        &o[10]))
    return NULL;
  READ(uint8_t, data, o[0]);
  OPEN_INDEX(o[1], o[2], o[3]);
  READ(int32_t, first, o[4]);
  READ(int32_t, count, o[5]);
  READ(int32_t, runs, o[6]);
  READ(int32_t, constants, o[7]);
  READ(int32_t, parts, o[8]);
  READ(uint16_t, values, o[9]);
  WRITE(uint8_t, more, o[10]);
  Py_ssize_t size = first_count, found = 0;
  if (count_count != size || more_count != size || values_count != 256 || last < 0 ||
      runs_count % 2 || constants_count % 2 || parts_count % 2)
    return refuse(&arrays, "arrays of one length are needed");
  for (Py_ssize_t k = 0; k < runs_count; k += 2)
    if (runs[k] < 1 || runs[k + 1] < runs[k]) return refuse(&arrays, "no such elements");
  for (Py_ssize_t k = 0; k < constants_count; k += 2)
    if (constants[k] < 1) return refuse(&arrays, "no such element");
  for (Py_ssize_t k = 0; k < parts_count; k += 2)
    if (parts[k] < 1) return refuse(&arrays, "no such element");
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < size; i++) {
    int32_t from = first[i], elements = count[i];
    if (i + AHEAD < size) FETCH(index.ends + first[i + AHEAD]);
    if (!within(&index, from, elements)) { wrong = "no such segment"; break; }
    int says = elements > last && index.ends[from + elements] - index.ends[from + last] > elements - last;
    for (Py_ssize_t k = 0; k < runs_count && !says; k += 2) {
      int32_t low = runs[k], high = runs[k + 1] < elements ? runs[k + 1] : elements;
      says = elements >= low && index.ends[from + high] - index.ends[from + low - 1] > high - low + 1;
    }
    for (Py_ssize_t k = 0; k < constants_count && !says; k += 2) {
      int32_t start, end;
      place_of(&index, from, elements, constants[k], 0, &start, &end);
      says = end > start && code_of(data, data_count, values, start, end - start) != constants[k + 1];
    }
    for (Py_ssize_t k = 0; k < parts_count && !says; k += 2)
      says = elements >= parts[k] && index.until[from + parts[k]] - index.until[from + parts[k] - 1] >= parts[k + 1];
    more[i] = (uint8_t)says;
    found += says;
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return PyLong_FromSsize_t(found);
}

/* symbols(data, ends, component_at, until, first, count, kind, element, table, values, symbol)
   loops.symbols_of: the symbol of each segment, by its kind and, where the grammar asks, the code in one element. */
PyObject *symbols(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[11];
  if (!PyArg_ParseTuple(args, "OOOOOOOOOOO", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6], &o[7], &o[8], &o[9],
                        &o[10]))
    return NULL;
  READ(uint8_t, data, o[0]);
  OPEN_INDEX(o[1], o[2], o[3]);
  READ(int32_t, first, o[4]);
  READ(int32_t, count, o[5]);
  READ(uint8_t, kind, o[6]);
  READ(int8_t, element, o[7]);
  READ(int16_t, table, o[8]);
  READ(uint16_t, values, o[9]);
  WRITE(int16_t, symbol, o[10]);
  Py_ssize_t size = first_count, width = element_count ? table_count / element_count : 0;
  if (count_count != size || kind_count != size || symbol_count != size ||
      values_count != 256 || !width)
    return refuse(&arrays, "arrays of one length are needed");
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < size; i++) {
    if (kind[i] >= element_count || !within(&index, first[i], count[i])) { wrong = "no such segment"; break; }
    uint16_t code = 0;
    if (element[kind[i]] > 0) {
      int32_t start, end;
      place_of(&index, first[i], count[i], element[kind[i]], 1, &start, &end);
      code = code_of(data, data_count, values, start, end - start);
    }
    symbol[i] = code < width ? table[kind[i] * width + code] : 0;
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return Py_NewRef(Py_None);
}

/* states(step, width, symbols, states, at, state): steps forward from segment `at`, `state` being the one before it,
   until a step that is not known (-1) or the end; returns where it stopped. */
PyObject *states(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[3];
  Py_ssize_t width, at, state;
  if (!PyArg_ParseTuple(args, "OnOOnn", &o[0], &width, &o[1], &o[2], &at, &state)) return NULL;
  READ(int16_t, step, o[0]);
  READ(int16_t, symbol, o[1]);
  WRITE(int16_t, found, o[2]);
  if (found_count != symbol_count || at < 0 || width < 1) return refuse(&arrays, "arrays of one length are needed");
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (; at < symbol_count; at++) {
    Py_ssize_t place = state * width + symbol[at];
    if (symbol[at] < 0 || symbol[at] >= width || place < 0 || place >= step_count)
      { wrong = "no such step"; break; }
    if (step[place] < 0) break;
    state = found[at] = step[place];
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return PyLong_FromSsize_t(at);
}
