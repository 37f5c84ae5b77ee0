/* The innermost loops of the X12 reader, checker and writer, for machines that have a C compiler.

   Every function does what a few lines of NumPy beside its call do, with the same results; without this module those
   lines run. Arrays come as buffers: their widths and lengths are checked before a loop begins, and no place outside
   of them is ever looked at, whatever the file holds. Nothing here knows Arrow or NumPy. */
#include "functions.h"

static PyMethodDef methods[] = {
    {"scan", scan, METH_VARARGS, "Every delimiter of a run of bytes."},
    {"starts", starts, METH_VARARGS, "Where segments start."},
    {"take", take, METH_VARARGS, "The value at each place."},
    {"owners", owners, METH_VARARGS, "Which iteration of a loop each place is in."},
    {"bounds", bounds, METH_VARARGS, "Where an element or component of segments lies."},
    {"cut", cut, METH_VARARGS, "Elements of segments as the buffers of Arrow strings."},
    {"texts", texts, METH_VARARGS, "Values as the buffers of Arrow strings."},
    {"numbers", numbers, METH_VARARGS, "Plain numbers."},
    {"days", days, METH_VARARGS, "Day numbers of CCYYMMDD."},
    {"codes", codes, METH_VARARGS, "Packed codes of short values."},
    {"says_more", says_more, METH_VARARGS, "Which segments say more than what columns take."},
    {"symbols", symbols, METH_VARARGS, "The grammar's symbol of each segment."},
    {"remember", remember, METH_VARARGS, "Put hashes into a memory."},
    {"join", join, METH_VARARGS, "Texts put behind each other, row by row."},
    {"money", money, METH_VARARGS, "Cents as dollars."},
    {"screen", screen, METH_VARARGS, "Which segments have elements that are not surely right."},
    {"states", states, METH_VARARGS, "The grammar's state after each segment."},
    {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_compiled", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__compiled(void) { return PyModuleDef_Init(&module); }
