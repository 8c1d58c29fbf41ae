/// Numbers of seven bits per byte, the lowest first: most lengths of a row take one byte.
extension [UInt8] {
    mutating func appendVariableLength(_ value: Int) {
        var rest = UInt(bitPattern: value)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Reads what `appendVariableLength` wrote at `position`, and moves behind it.
    func readVariableLength(at position: inout Int) -> Int {
        var byte = self[position]
        position += 1
        if byte < 0x80 { return Int(byte) }
        var value = Int(byte & 0x7F)
        var shift = 7
        repeat {
            byte = self[position]
            position += 1
            value |= Int(byte & 0x7F) << shift
            shift += 7
        } while byte >= 0x80
        return value
    }

    mutating func appendInt64(_ value: Int64) {
        for shift in stride(from: 56, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: value >> Int64(shift))) }
    }

    func int64(at position: Int) -> Int64 {
        var value: UInt64 = 0
        for index in position..<position + 8 { value = value << 8 | UInt64(self[index]) }
        return Int64(bitPattern: value)
    }
}
