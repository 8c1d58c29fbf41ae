package import WireKit

/// Where a tablet is: what a ScyllaDB node tells a client whose request came to the wrong node or shard, in the custom
/// payload of the answer (ScyllaDB's protocol extensions, "Tablets routing v1").
///
/// It is a value of the type `tuple<bigint, bigint, list<tuple<uuid, int>>>`.
package struct TabletRouting: Hashable, Sendable {
    /// One of the places that hold the tablet.
    package struct Replica: Hashable, Sendable {
        /// The node's `host_id`.
        package var host: CQLUUID
        /// Not negative.
        package var shard: Int32

        package init(host: CQLUUID, shard: Int32) {
            self.host = host
            self.shard = shard
        }
    }

    /// The key of the custom payload's entry.
    package static let payloadKey = "tablets-routing-v1"

    /// The last token before the tablet's first.
    package var tokenBefore: Token
    /// The tablet's last token.
    package var lastToken: Token
    package var replicas: [Replica]

    package init(tokenBefore: Token, lastToken: Token, replicas: [Replica]) {
        self.tokenBefore = tokenBefore
        self.lastToken = lastToken
        self.replicas = replicas
    }

    /// What an answer's custom payload says; nil when it says nothing of tablets.
    ///
    /// - Throws: `WireError` when the entry is not what it should be.
    package init?(payload: BytesMap?) throws(WireError) {
        guard let bytes = payload?[Self.payloadKey] ?? nil else { return nil }
        self = try Self.decode(bytes)
    }

    /// The custom payload of an answer that says where the tablet is.
    ///
    /// - Throws: `WireError` when there are more replicas than can be written.
    package func payload() throws(WireError) -> BytesMap {
        BytesMap(entries: [.init(key: Self.payloadKey, value: try encoded()[...])])
    }

    /// Reads the value of the custom payload's entry.
    ///
    /// - Throws: `WireError` when bytes are missing or left over, or a shard is negative.
    package static func decode(_ bytes: ArraySlice<UInt8>) throws(WireError) -> TabletRouting {
        var reader = ByteReader(bytes)
        let tokenBefore = Token(rawValue: try reader.readElement("tablet's first token"))
        let lastToken = Token(rawValue: try reader.readElement("tablet's last token"))
        var list = ByteReader(try reader.readPresentBytes("tablet replicas"))
        try reader.expectEnd("tablet")
        let start = list
        let count = Int(try list.readInt("tablet replica count"))
        guard count >= 0 else { throw start.error(.invalidLength(count), "tablet replica count") }
        try list.require(byteCount: count * Replica.encodedByteCount, "tablet replicas")
        var replicas: [Replica] = []
        replicas.reserveCapacity(count)
        for _ in 0..<count { replicas.append(try Replica.decode(try list.readPresentBytes("tablet replica"))) }
        try list.expectEnd("tablet replicas")
        return TabletRouting(tokenBefore: tokenBefore, lastToken: lastToken, replicas: replicas)
    }

    /// The value of the custom payload's entry.
    ///
    /// - Throws: `WireError` when there are more replicas than can be written.
    package func encoded() throws(WireError) -> [UInt8] {
        var writer = ByteWriter()
        writer.writeElement(tokenBefore.rawValue)
        writer.writeElement(lastToken.rawValue)
        try writer.writeCount(4 + replicas.count * Replica.encodedByteCount, as: Int32.self, "tablet replicas")
        try writer.writeCount(replicas.count, as: Int32.self, "tablet replica count")
        for replica in replicas { replica.encode(into: &writer) }
        return writer.bytes
    }
}

extension TabletRouting.Replica {
    /// With its own length: a tuple of a uuid and an int, each with its length.
    static let encodedByteCount = 4 + 4 + 16 + 4 + 4

    static func decode(_ bytes: ArraySlice<UInt8>) throws(WireError) -> TabletRouting.Replica {
        var reader = ByteReader(bytes)
        var host = ByteReader(try reader.readPresentBytes("replica host"))
        let id = try host.readUUID("replica host")
        try host.expectEnd("replica host")
        let start = reader
        let shard: Int32 = try reader.readElement("replica shard")
        guard shard >= 0 else { throw start.error(.invalidValue("it is not negative"), "replica shard") }
        try reader.expectEnd("replica")
        return TabletRouting.Replica(host: id, shard: shard)
    }

    func encode(into writer: inout ByteWriter) {
        writer.writeInteger(Int32(Self.encodedByteCount - 4))
        writer.writeInteger(Int32(16))
        writer.writeUUID(host)
        writer.writeElement(shard)
    }
}

extension ByteReader {
    /// Reads a `[bytes]` that is not null.
    fileprivate mutating func readPresentBytes(_ field: String) throws(WireError) -> ArraySlice<UInt8> {
        let start = self
        guard let bytes = try readNullableBytes(field) else { throw start.error(.invalidLength(-1), field) }
        return bytes
    }

    /// Reads an integer behind its length.
    fileprivate mutating func readElement<T: FixedWidthInteger>(_ field: String) throws(WireError) -> T {
        var element = ByteReader(try readPresentBytes(field))
        let value: T = try element.readInteger(field)
        try element.expectEnd(field)
        return value
    }
}

extension ByteWriter {
    /// Writes an integer behind its length.
    fileprivate mutating func writeElement<T: FixedWidthInteger>(_ value: T) {
        writeInteger(Int32(T.bitWidth / 8))
        writeInteger(value)
    }
}
