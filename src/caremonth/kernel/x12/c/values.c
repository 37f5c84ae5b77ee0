/* Values: numbers, days and codes. */
#include "functions.h"
#include "index.h"

/* numbers(data, start, end, decimals, value, state)
   Plain numbers (digits, at most one point, a minus) times 10^decimals. state: 0 absent, 1 read, 2 to be looked at
   (another notation, more decimals, a very large number). Returns how many are to be looked at. */
PyObject *numbers(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[5];
  int decimals;
  if (!PyArg_ParseTuple(args, "OOOiOO", &o[0], &o[1], &o[2], &decimals, &o[3], &o[4])) return NULL;
  READ(uint8_t, data, o[0]);
  READ(int32_t, start, o[1]);
  READ(int32_t, end, o[2]);
  WRITE(int64_t, value, o[3]);
  WRITE(uint8_t, state, o[4]);
  Py_ssize_t size = start_count, unsure = 0;
  if (end_count != size || value_count != size || state_count != size || decimals < 0 || decimals > 4)
    return refuse(&arrays, "arrays of one length are needed");
  const char *wrong = NULL;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < size; i++) {
    int32_t at = start[i], stop = end[i];
    if (i + AHEAD < size) FETCH(data + start[i + AHEAD]);
    value[i] = 0;
    if (stop <= at) { state[i] = 0; continue; }
    if (at < 0 || stop > data_count) { wrong = "a value outside of the bytes"; break; }
    int minus = data[at] == '-', digits = 0, after = -1;
    int64_t sum = 0;
    at += minus;
    int good = stop - at > 0 && stop - at <= 15;
    for (; good && at < stop; at++) {
      unsigned figure = (unsigned)data[at] - '0';
      if (figure < 10) {
        sum = sum * 10 + figure;
        digits++;
        after += after >= 0;
      } else if (data[at] == '.' && after < 0) {
        after = 0;
      } else {
        good = 0;
      }
    }
    if (after < 0) after = 0;
    good = good && digits > 0 && after <= decimals;
    if (good)
      for (int more = after; more < decimals; more++) sum *= 10;
    good = good && sum < 1000000000000000;
    if (good) value[i] = minus ? -sum : sum;
    state[i] = good ? 1 : 2;
    unsure += !good;
  }
  Py_END_ALLOW_THREADS
  if (wrong) return refuse(&arrays, wrong);
  release(&arrays);
  return PyLong_FromSsize_t(unsure);
}

/* days(data, start, wanted, first_year, table, unknown, day)
   Day numbers of CCYYMMDD where `wanted`, by a table of every day of the years from `first_year`; else `unknown`. */
PyObject *days(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[5];
  int first_year, unknown;
  if (!PyArg_ParseTuple(args, "OOOiOiO", &o[0], &o[1], &o[2], &first_year, &o[3], &unknown, &o[4])) return NULL;
  READ(uint8_t, data, o[0]);
  READ(int32_t, start, o[1]);
  READ(uint8_t, wanted, o[2]);
  READ(int32_t, table, o[3]);
  WRITE(int32_t, day, o[4]);
  Py_ssize_t size = start_count;
  if (wanted_count != size || day_count != size) return refuse(&arrays, "arrays of one length are needed");
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < size; i++) {
    day[i] = unknown;
    if (i + AHEAD < size) FETCH(data + start[i + AHEAD]);
    if (!wanted[i] || start[i] < 0 || (Py_ssize_t)start[i] + 8 > data_count) continue;
    const uint8_t *text = data + start[i];
    int number = 0, good = 1;
    for (int k = 0; k < 8; k++) {
      unsigned figure = (unsigned)text[k] - '0';
      good &= figure < 10;
      number = number * 10 + (int)(figure < 10 ? figure : 0);
    }
    int year = number / 10000 - first_year, month = number / 100 % 100 - 1, of_month = number % 100 - 1;
    if (!good || year < 0 || month < 0 || month > 11 || of_month < 0 || of_month > 30) continue;
    Py_ssize_t place = (Py_ssize_t)year * 372 + month * 31 + of_month;
    if (place < table_count) day[i] = table[place];
  }
  Py_END_ALLOW_THREADS
  release(&arrays);
  return Py_NewRef(Py_None);
}

/* codes(data, start, length, values, code): index.pack_at. */
PyObject *codes(PyObject *self, PyObject *args) {
  Arrays arrays = {.taken = 0};
  PyObject *o[5];
  if (!PyArg_ParseTuple(args, "OOOOO", &o[0], &o[1], &o[2], &o[3], &o[4])) return NULL;
  READ(uint8_t, data, o[0]);
  READ(int32_t, start, o[1]);
  READ(int32_t, length, o[2]);
  READ(uint16_t, values, o[3]);
  WRITE(uint16_t, code, o[4]);
  if (length_count != start_count || code_count != start_count || values_count != 256)
    return refuse(&arrays, "arrays of one length are needed");
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < start_count; i++) {
    if (i + AHEAD < start_count) FETCH(data + start[i + AHEAD]);
    code[i] = code_of(data, data_count, values, start[i], length[i]);
  }
  Py_END_ALLOW_THREADS
  release(&arrays);
  return Py_NewRef(Py_None);
}
