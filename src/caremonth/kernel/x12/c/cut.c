/* Cutting: where values lie, and columns of text made of them. */
#include "column.h"
#include "functions.h"
#include "index.h"

#define MOST_COLUMNS 128
#define AT_ONCE 128

/* bounds(ends, component_at, until, first, count, shift, element, component, start, end)
   Fills start and end for an element (or component) of the segments that begin at `first`, or, where `shift` is not
   None, the element so many behind it; returns how many are there. */
PyObject *bounds(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[8];
  int element, component;
  const int32_t *shift;
  if (!PyArg_ParseTuple(args, "OOOOOOiiOO", &o[0], &o[1], &o[2], &o[3], &o[4], &o[7], &element, &component, &o[5],
                        &o[6]))
    return NULL;
  OPEN_INDEX(o[0], o[1], o[2]);
  READ(int32_t, first, o[3]);
  READ(int32_t, count, o[4]);
  WRITE(int32_t, start, o[5]);
  WRITE(int32_t, end, o[6]);
  Py_ssize_t size = first_count, filled = 0;
  if (count_count != size || start_count != size || end_count != size || element < 0 || component < 0)
    return refuse(&arrays, "arrays of one length are needed");
  if (!shift_of(&arrays, o[7], size, &shift)) { release(&arrays); return NULL; }
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < size; i++) {
    if (i + AHEAD < size) FETCH(index.ends + first[i + AHEAD] + element);
    if (!within(&index, first[i], count[i])) { wrong = "no such segment"; break; }
    place_of(&index, first[i], count[i], shift ? element + shift[i] : element, component, &start[i], &end[i]);
    filled += end[i] > start[i];
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return PyLong_FromSsize_t(filled);
}

/* The rows that values go to: `rows`, or where that is None all of them, in order. */
static int rows_of(Arrays *arrays, PyObject *object, Py_ssize_t count, Py_ssize_t size, const int32_t **rows) {
  Py_ssize_t found = count;
  *rows = NULL;
  if (object != Py_None && !(*rows = items(arrays, object, 4, 0, &found))) return 0;
  if (found == count && size >= count && (*rows || size == count)) return 1;
  PyErr_SetString(PyExc_ValueError, "a row for every value is needed");
  return 0;
}

/* texts(data, start, end, rows, size)
   (offsets, valid, bytes, filled) of Arrow strings. `rows` (ascending, or None for all) are those of `size` that the
   values go to. */
PyObject *texts(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[4], *result = NULL;
  Py_ssize_t size;
  const int32_t *rows;
  Column column;
  if (!PyArg_ParseTuple(args, "OOOOn", &o[0], &o[1], &o[2], &o[3], &size)) return NULL;
  READ(uint8_t, data, o[0]);
  READ(int32_t, start, o[1]);
  READ(int32_t, end, o[2]);
  if (end_count != start_count) return refuse(&arrays, "arrays of one length are needed");
  if (!rows_of(&arrays, o[3], start_count, size, &rows)) { release(&arrays); return NULL; }
  int good = open_column(&column, size);
  for (Py_ssize_t i = 0; good && i < start_count; i++) {
    int outside = end[i] > start[i] && (start[i] < 0 || end[i] > data_count);
    if (outside || !add_length(&column, rows ? rows[i] : i, size, end[i] - start[i])) {
      PyErr_SetString(PyExc_ValueError, "a value outside of the bytes, or rows that do not ascend");
      good = 0;
    }
  }
  good = good && close_lengths(&column, size);
  for (Py_ssize_t i = 0; good && i < start_count; i++)
    add_text(&column, data, data_count, start[i], end[i] - start[i]);
  result = column_result(&column, size);
  release(&arrays);
  return result;
}

/* Up to AT_ONCE segments, which are in the index; by how many elements each is looked at further on (NULL: none); and the
   rows that they fill (NULL: the next ones, in order). */
typedef struct {
  const int32_t *first, *count, *shift, *rows;
  Py_ssize_t size, begin;
  int32_t fewest, most, element, parts; /* elements of any; of the element looked at last the most components of any */
} Tile;

static void count_elements(Tile *tile) {
  tile->fewest = INT32_MAX;
  for (Py_ssize_t i = 0; i < tile->size; i++) {
    if (tile->count[i] > tile->most) tile->most = tile->count[i];
    if (tile->count[i] < tile->fewest) tile->fewest = tile->count[i];
  }
}

static int32_t most_components(const Tile *tile, const Index *index, int32_t element) {
  int32_t most = 0;
  for (Py_ssize_t i = 0; i < tile->size; i++) {
    int32_t token = tile->first[i] + (element < tile->count[i] ? element : tile->count[i]);
    int32_t separators = index->until[token] - index->until[token - 1];
    most = separators > most ? separators : most;
  }
  return most + 1;
}

/* One element of the segments of a tile, added to a column: first where the values lie, then their offsets, then their
   text, so that each loop is short. Where no segment has so many elements or components nothing is done: offsets are
   caught up with at the next value. `more`: how many segments come after these. 0 where a value is outside of the bytes,
   rows do not ascend or there is too much text. */
static int add_tile(Column *column, const Index *index, const uint8_t *data, Py_ssize_t data_count, Tile *tile,
                    int32_t element, int32_t component, Py_ssize_t size, Py_ssize_t more) {
  int32_t start[AT_ONCE], length[AT_ONCE];
  int64_t together = 0;
  int wrong = 0;
  if (element > tile->most) return 1;
  if (component > 1 && !tile->shift) {
    if (element != tile->element) tile->parts = most_components(tile, index, tile->element = element);
    if (component > tile->parts) return 1;
  }
  int simple = component == 0 && element <= tile->fewest && !tile->shift;
  for (Py_ssize_t i = 0; simple && i < tile->size; i++) {
    const int32_t *ends = index->ends + tile->first[i] + element;
    start[i] = ends[-1] + 1;
    length[i] = ends[0] - start[i];
    together += length[i];
    wrong |= length[i] < 0 || start[i] < 0 || ends[0] > data_count;
  }
  for (Py_ssize_t i = 0; !simple && i < tile->size; i++) {
    int32_t end;
    int32_t at = tile->shift ? element + tile->shift[i] : element;
    place_of(index, tile->first[i], tile->count[i], at, component, &start[i], &end);
    length[i] = end > start[i] ? end - start[i] : 0;
    together += length[i];
    wrong |= start[i] < 0 || end > data_count;
  }
  if (wrong) return 0;
  if (!together) return 1;
  if (tile->rows) {
    for (Py_ssize_t i = 0; i < tile->size; i++)
      if (!add_length(column, tile->rows[i], size, length[i])) return 0;
  } else {
    if (tile->begin + tile->size > size) return 0;
    while (column->next < tile->begin) column->offsets[column->next++] = (int32_t)column->total;
    for (Py_ssize_t i = 0, row = column->next; i < tile->size; i++, row++) {
      column->offsets[row] = (int32_t)column->total;
      column->total += length[i];
      column->filled += length[i] > 0;
      column->valid[row >> 3] |= (uint8_t)((length[i] > 0) << (row & 7));
    }
    column->next += tile->size;
  }
  if (!make_room(column, tile->begin + tile->size, more)) return 0;
  for (Py_ssize_t i = 0; i < tile->size; i++) add_text(column, data, data_count, start[i], length[i]);
  return 1;
}

/* cut(data, ends, component_at, until, first, count, shift, places, rows, size)
   As `texts`, of several elements of the same segments: `places` are pairs of element and component (0 the whole),
   `shift` as in `bounds`. A list, with None for a column without any value. Some segments at a time, so that their
   bytes are at hand for every column. */
PyObject *cut(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[9], *result = NULL;
  Py_ssize_t size;
  const int32_t *rows, *shift;
  Column columns[MOST_COLUMNS];
  if (!PyArg_ParseTuple(args, "OOOOOOOOOn", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6], &o[7], &o[8], &size))
    return NULL;
  READ(uint8_t, data, o[0]);
  OPEN_INDEX(o[1], o[2], o[3]);
  READ(int32_t, first, o[4]);
  READ(int32_t, count, o[5]);
  READ(int32_t, places, o[7]);
  Py_ssize_t width = places_count / 2, opened = 0;
  if (count_count != first_count || places_count % 2 || width > MOST_COLUMNS)
    return refuse(&arrays, "arrays of one length are needed");
  for (Py_ssize_t k = 0; k < places_count; k++)
    if (places[k] < 0) return refuse(&arrays, "no such element");
  if (!shift_of(&arrays, o[6], first_count, &shift)) { release(&arrays); return NULL; }
  if (!rows_of(&arrays, o[8], first_count, size, &rows)) { release(&arrays); return NULL; }
  int good = 1;
  while (good && opened < width) good = open_column(&columns[opened++], size);
  for (Py_ssize_t from = 0; good && from < first_count; from += AT_ONCE) {
    Py_ssize_t stop = from + AT_ONCE < first_count ? from + AT_ONCE : first_count;
    for (Py_ssize_t i = from; good && i < stop; i++) {
      good = within(&index, first[i], count[i]);
      if (i + AT_ONCE < first_count) FETCH(index.ends + first[i + AT_ONCE]);
    }
    for (Py_ssize_t i = from; good && i < stop; i++) {
      FETCH(data + index.ends[first[i]]);
      FETCH(data + index.ends[first[i]] + 64);
    }
    Tile tile = {first + from, count + from, shift ? shift + from : NULL, rows ? rows + from : NULL, stop - from, from};
    count_elements(&tile);
    for (Py_ssize_t k = 0; good && k < width; k++)
      good = add_tile(&columns[k], &index, data, data_count, &tile, places[2 * k], places[2 * k + 1], size,
                      first_count - stop);
  }
  for (Py_ssize_t k = 0; good && k < width; k++) good = !columns[k].filled || fit(&columns[k], size);
  if (!good && !PyErr_Occurred())
    PyErr_SetString(PyExc_ValueError, "a segment outside of the index, rows that do not ascend, or too much text");
  if (good) result = PyList_New(width);
  for (Py_ssize_t k = 0; k < opened; k++) {
    PyObject *one = column_result(&columns[k], size);
    if (!one && good && !columns[k].filled) one = Py_NewRef(Py_None);
    if (result && (!one || PyList_SetItem(result, k, one) < 0)) Py_CLEAR(result);
    else if (!result) Py_XDECREF(one);
  }
  release(&arrays);
  return result;
}
