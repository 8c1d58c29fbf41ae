package import WireKit

extension PgOutputMessage {
    package struct Insert: Hashable, Sendable, MessageBody {
        package var relation: UInt32
        package var new: TupleData

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            let relation = try reader.readID("relation OID")
            try reader.expectTupleKind("N")
            return Self(relation: relation, new: try TupleData.decode(from: &reader))
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeInteger(relation)
            writer.writeInteger(UInt8(ascii: "N"))
            new.encode(into: &writer)
        }
    }

    /// What is known of a row before it was changed.
    package enum OldTuple: Hashable, Sendable {
        /// The columns of the replica identity; the others are null.
        case key(TupleData)
        /// The whole row: the replica identity is `FULL`.
        case full(TupleData)

        package var tuple: TupleData {
            switch self {
            case .key(let tuple), .full(let tuple): tuple
            }
        }

        var kind: UInt8 {
            switch self {
            case .key: UInt8(ascii: "K")
            case .full: UInt8(ascii: "O")
            }
        }

        func encode(into writer: inout ByteWriter) {
            writer.writeInteger(kind)
            tuple.encode(into: &writer)
        }
    }

    package struct Update: Hashable, Sendable, MessageBody {
        package var relation: UInt32
        /// None when the replica identity is a key that the update left alone.
        package var old: OldTuple?
        package var new: TupleData

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            let relation = try reader.readID("relation OID")
            var old: OldTuple?
            if reader.rest.first != UInt8(ascii: "N") {
                old = try reader.readOldTuple()
            }
            try reader.expectTupleKind("N")
            return Self(relation: relation, old: old, new: try TupleData.decode(from: &reader))
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeInteger(relation)
            old?.encode(into: &writer)
            writer.writeInteger(UInt8(ascii: "N"))
            new.encode(into: &writer)
        }
    }

    package struct Delete: Hashable, Sendable, MessageBody {
        package var relation: UInt32
        package var old: OldTuple

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            Self(relation: try reader.readID("relation OID"), old: try reader.readOldTuple())
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeInteger(relation)
            old.encode(into: &writer)
        }
    }

    /// TRUNCATE of tables in one statement.
    package struct Truncate: Hashable, Sendable, MessageBody {
        /// Bit 0: CASCADE; bit 1: RESTART IDENTITY.
        package var options: UInt8
        package var relations: [UInt32]

        package var cascades: Bool { options & 1 != 0 }
        package var restartsIdentity: Bool { options & 2 != 0 }

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            let at = reader.offset
            let count = Int(try reader.readInteger("relation count", as: Int32.self))
            guard count >= 0 else { throw WireError(.invalidLength(count), field: "relation count", offset: at) }
            let options = try reader.readInteger("truncate options", as: UInt8.self)
            guard count <= reader.remaining / 4 else {
                throw reader.error(.truncated(needed: count * 4, remaining: reader.remaining), "relation OIDs")
            }
            var relations: [UInt32] = []
            relations.reserveCapacity(count)
            for _ in 0..<count { relations.append(try reader.readID("relation OID")) }
            return Self(options: options, relations: relations)
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeInteger(Int32(relations.count))
            writer.writeInteger(options)
            for relation in relations { writer.writeInteger(relation) }
        }
    }
}

extension ByteReader {
    /// Reads the byte that says which tuple follows.
    ///
    /// - Throws: `WireError` when it is another one.
    fileprivate mutating func expectTupleKind(_ kind: Unicode.Scalar) throws(WireError) {
        let at = offset
        let code = try readInteger("tuple kind", as: UInt8.self)
        guard code == UInt8(ascii: kind) else {
            throw WireError(.unknownCode(Int(code)), field: "tuple kind", offset: at)
        }
    }

    /// Reads a row before its change, with the byte that says how much of it there is.
    ///
    /// - Throws: `WireError` when it is neither a key nor a whole row.
    fileprivate mutating func readOldTuple() throws(WireError) -> PgOutputMessage.OldTuple {
        let at = offset
        switch try readInteger("tuple kind", as: UInt8.self) {
        case UInt8(ascii: "K"): return .key(try TupleData.decode(from: &self))
        case UInt8(ascii: "O"): return .full(try TupleData.decode(from: &self))
        case let code: throw WireError(.unknownCode(Int(code)), field: "tuple kind", offset: at)
        }
    }
}
