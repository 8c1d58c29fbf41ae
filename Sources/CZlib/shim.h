// What zlib declares is imported as it is; its few function-like macros have functions behind them.
#ifndef PGSCYLLA_CZLIB_SHIM_H
#define PGSCYLLA_CZLIB_SHIM_H

#include <zlib.h>

#endif
