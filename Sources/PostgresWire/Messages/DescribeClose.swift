package import WireKit

/// What Describe and Close are about.
package enum PreparedObject: Hashable, Sendable, MessageBody {
    case statement(String)
    case portal(String)

    private static let statementCode = UInt8(ascii: "S")
    private static let portalCode = UInt8(ascii: "P")

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let code = try reader.readInteger("object kind", as: UInt8.self)
        let name = try reader.readNullTerminatedString("object name")
        switch code {
        case statementCode: return .statement(name)
        case portalCode: return .portal(name)
        default: throw WireError(.unknownCode(Int(code)), field: "object kind", offset: 0)
        }
    }

    package func encode(into writer: inout ByteWriter) {
        switch self {
        case .statement(let name):
            writer.writeInteger(Self.statementCode)
            writer.writeNullTerminated(name)
        case .portal(let name):
            writer.writeInteger(Self.portalCode)
            writer.writeNullTerminated(name)
        }
    }
}

/// A request for the description of a statement or portal.
///
/// PostgreSQL documentation, Describe.
package struct Describe: Hashable, Sendable, MessageBody {
    package var object: PreparedObject

    package init(_ object: PreparedObject) {
        self.object = object
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(try .decode(from: &reader))
    }

    package func encode(into writer: inout ByteWriter) {
        object.encode(into: &writer)
    }
}

/// The release of a statement or portal.
///
/// PostgreSQL documentation, Close.
package struct Close: Hashable, Sendable, MessageBody {
    package var object: PreparedObject

    package init(_ object: PreparedObject) {
        self.object = object
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(try .decode(from: &reader))
    }

    package func encode(into writer: inout ByteWriter) {
        object.encode(into: &writer)
    }
}
