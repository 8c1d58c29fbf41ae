import PostgresWire
import WireKit

extension FuzzEntry {
    /// Two bytes of a type's OID, then a value in binary form.
    static func binaryValue(_ input: ArraySlice<UInt8>) throws {
        var reader = ByteReader(input)
        guard let oid = try? reader.readInteger("type OID", as: UInt16.self) else { return }
        let type = TypeOID(rawValue: UInt32(oid))
        _ = try? PostgresText.render(binary: reader.rest, type: type)
        _ = try? [String?].decode(reader.rest, type: type, format: .binary)
        _ = try? Int64.decode(reader.rest, type: type, format: .binary)
    }

    /// Two bytes of a type's OID, then a value in text form.
    static func textValue(_ input: ArraySlice<UInt8>) throws {
        var reader = ByteReader(input)
        guard let oid = try? reader.readInteger("type OID", as: UInt16.self) else { return }
        let type = TypeOID(rawValue: UInt32(oid))
        _ = try? [String?].decode(reader.rest, type: type, format: .text)
        _ = try? [UInt8].decode(reader.rest, type: type, format: .text)
        _ = try? Int64.decode(reader.rest, type: type, format: .text)
    }
}
