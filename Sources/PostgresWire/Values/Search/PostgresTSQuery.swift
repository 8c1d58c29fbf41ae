package import WireKit

/// `tsquery`: operands joined by operators, or nothing at all.
///
/// PostgreSQL source, `src/backend/utils/adt/tsquery.c`, tsquerysend and infix.
package struct PostgresTSQuery: Hashable, Sendable {
    package indirect enum Node: Hashable, Sendable {
        /// A lexeme.
        ///
        /// - `weights`: bits of those it is limited to, D lowest; none for all.
        case lexeme(String, weights: UInt8, isPrefix: Bool)
        case not(Node)
        case and(Node, Node)
        case or(Node, Node)
        /// `distance` words apart, from 0 to 16384.
        case phrase(Node, Node, distance: UInt16)
    }

    package let root: Node?

    /// How deep operators may lie in each other here; a server's limit is its stack.
    static let maximumDepth = 200
    static let maximumDistance = 16_384
}

extension PostgresTSQuery: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let count = Int(try reader.readInteger("tsquery item count", as: Int32.self))
        guard count >= 0 else { throw WireError(.invalidLength(count), field: "tsquery item count", offset: at) }
        guard count > 0 else { return Self(root: nil) }
        var itemCount = 0
        let root = try Node.decode(from: &reader, depth: 0, &itemCount)
        guard itemCount == count else {
            throw WireError(.invalidLength(count), field: "tsquery item count", offset: at)
        }
        return Self(root: root)
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        guard !reader.isAtEnd else { return Self(root: nil) }
        return Self(root: try TSQueryParser.parse(&reader))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(Int32(root?.itemCount ?? 0))
        root?.encode(into: &writer)
    }

    package var postgresText: String { root?.text(inside: 0, isRightOfPhrase: false) ?? "" }
}

extension PostgresTSQuery.Node {
    private static let valueItem: UInt8 = 1
    private static let operatorItem: UInt8 = 2

    /// Items come in Polish notation with the right operand first.
    fileprivate static func decode(
        from reader: inout ByteReader,
        depth: Int,
        _ itemCount: inout Int
    ) throws(WireError) -> Self {
        guard depth < PostgresTSQuery.maximumDepth else {
            throw reader.error(.limitExceeded(length: depth, limit: PostgresTSQuery.maximumDepth), "tsquery depth")
        }
        itemCount += 1
        let at = reader.offset
        switch try reader.readInteger("tsquery item", as: UInt8.self) {
        case valueItem: return try decodeLexeme(from: &reader)
        case operatorItem: break
        case let code: throw WireError(.unknownCode(Int(code)), field: "tsquery item", offset: at)
        }
        let code = try reader.readInteger("tsquery operator", as: UInt8.self)
        let distance = code == 4 ? try reader.readInteger("tsquery distance", as: UInt16.self) : 0
        guard (1...4).contains(code), distance <= PostgresTSQuery.maximumDistance else {
            throw WireError(.unknownCode(Int(code)), field: "tsquery operator", offset: at)
        }
        let right = try decode(from: &reader, depth: depth + 1, &itemCount)
        if code == 1 { return .not(right) }
        let left = try decode(from: &reader, depth: depth + 1, &itemCount)
        return code == 2 ? .and(left, right) : code == 3 ? .or(left, right) : .phrase(left, right, distance: distance)
    }

    private static func decodeLexeme(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let weights = try reader.readInteger("tsquery weights", as: UInt8.self)
        guard weights <= 0x0F else { throw WireError(.unknownCode(Int(weights)), field: "tsquery weights", offset: at) }
        let isPrefix = try Bool.decode(from: &reader)
        let text = try reader.readNullTerminatedString("lexeme")
        guard text.utf8.count <= PostgresTSVector.maximumLexemeByteCount else {
            throw WireError(.limitExceeded(length: text.utf8.count, limit: 2046), field: "lexeme", offset: at)
        }
        return .lexeme(text, weights: weights, isPrefix: isPrefix)
    }

    fileprivate var itemCount: Int {
        switch self {
        case .lexeme: 1
        case .not(let operand): 1 + operand.itemCount
        case .and(let left, let right), .or(let left, let right), .phrase(let left, let right, _):
            1 + left.itemCount + right.itemCount
        }
    }

    fileprivate func encode(into writer: inout ByteWriter) {
        switch self {
        case .lexeme(let text, let weights, let isPrefix):
            writer.writeInteger(Self.valueItem)
            writer.writeInteger(weights)
            isPrefix.encode(into: &writer)
            writer.writeNullTerminated(text)
        case .not(let operand):
            writer.writeBytes([Self.operatorItem, 1])
            operand.encode(into: &writer)
        case .and(let left, let right):
            writer.writeBytes([Self.operatorItem, 2])
            right.encode(into: &writer)
            left.encode(into: &writer)
        case .or(let left, let right):
            writer.writeBytes([Self.operatorItem, 3])
            right.encode(into: &writer)
            left.encode(into: &writer)
        case .phrase(let left, let right, let distance):
            writer.writeBytes([Self.operatorItem, 4])
            writer.writeInteger(distance)
            right.encode(into: &writer)
            left.encode(into: &writer)
        }
    }
}
