package import WireKit

/// `boolean`: `t` or `f`, or a byte that is 1 or 0.
///
/// PostgreSQL source, `src/backend/utils/adt/bool.c`.
extension Bool: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Bool {
        let at = reader.offset
        switch try reader.readInteger("boolean", as: UInt8.self) {
        case 0: return false
        case 1: return true
        case let code: throw WireError(.unknownCode(Int(code)), field: "boolean", offset: at)
        }
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Bool {
        if reader.skip("t") { return true }
        guard reader.skip("f") else { throw reader.error("a boolean is t or f") }
        return false
    }

    package func encode(into writer: inout ByteWriter) { writer.writeInteger(UInt8(self ? 1 : 0)) }

    package var postgresText: String { self ? "t" : "f" }
}
