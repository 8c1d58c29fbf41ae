/// What the bytes of a value in PostgreSQL's binary form need to become the bytes of a CQL value.
package indirect enum ColumnConversion: Hashable, Sendable {
    /// The bytes are the same on both sides.
    case identical
    /// The same bytes, but nobody has checked yet that they are UTF-8 (`SQL_ASCII` databases).
    case text
    /// Microseconds since 2000 → milliseconds since 1970.
    case timestamp
    /// Days since 2000 → unsigned days with 1970-01-01 at 2³¹.
    case date
    /// Microseconds → nanoseconds since midnight.
    case time
    /// Base-10000 digits → scale and two's complement.
    case numeric
    /// Family, mask, flag, length, address → address.
    case inet
    /// Version byte and text → text.
    case jsonb
    /// A one-dimensional array → a frozen list; each element as `element` says.
    case array(element: ColumnConversion)
}
