public import Foundation

/// One connection recorded between a real client and a real CQL server (`Fixtures/cql/README.md`).
public struct CQLCapture: Sendable, CustomStringConvertible {
    /// One envelope as `meta.json` describes it.
    public struct Envelope: Sendable {
        public let isRequest: Bool
        public let offset: Int
        public let version: UInt8
        public let flags: UInt8
        public let stream: Int
        public let opcode: UInt8
        public let bodyLength: Int
        public let bodyJSON: Data?
        /// Of the body before it was compressed.
        public let uncompressedLength: Int?
        public let uncompressedSHA256: String?
        /// The request was malformed on purpose.
        public let isMalformed: Bool
        /// Eight bytes in v1 and v2, nine since.
        public var headerLength: Int { version & 0x7F < 3 ? 8 : 9 }
    }

    public let name: String
    /// What the client sent.
    public let clientBytes: [UInt8]
    /// What the server sent.
    public let serverBytes: [UInt8]
    public let envelopes: [Envelope]
    public let clientUnsplitTail: Int
    public let serverUnsplitTail: Int
    public let metaJSON: Data

    public var description: String { name }

    /// Every capture, by name.
    public static func all() throws -> [CQLCapture] {
        try Fixtures.captures("cql").map(CQLCapture.init(folder:))
    }

    /// Every capture, and those of `PGSCYLLA_EXTRA_FIXTURES`.
    public static func allAndExtra() throws -> [CQLCapture] {
        try all() + Fixtures.extraCaptures("cql").map(CQLCapture.init(folder:))
    }

    /// The capture of that name.
    public static func named(_ name: String) throws -> CQLCapture {
        try CQLCapture(folder: Fixtures.root.appending(path: "cql/\(name)"))
    }

    init(folder: URL) throws {
        let meta = try Data(contentsOf: folder.appending(path: "meta.json"))
        guard let object = try JSONSerialization.jsonObject(with: meta) as? [String: Any] else {
            throw CocoaError(.fileReadCorruptFile)
        }
        name = folder.lastPathComponent
        metaJSON = meta
        clientBytes = [UInt8](try Data(contentsOf: folder.appending(path: "client.bin")))
        serverBytes = [UInt8](try Data(contentsOf: folder.appending(path: "server.bin")))
        clientUnsplitTail = object["client_unsplit_tail"] as? Int ?? 0
        serverUnsplitTail = object["server_unsplit_tail"] as? Int ?? 0
        envelopes = try (object["frames"] as? [[String: Any]] ?? []).map(Envelope.init(json:))
    }

    /// The bytes of one envelope, header included.
    public func bytes(of envelope: Envelope) -> ArraySlice<UInt8> {
        let stream = envelope.isRequest ? clientBytes : serverBytes
        return stream[envelope.offset..<envelope.offset + envelope.headerLength + envelope.bodyLength]
    }
}

extension CQLCapture.Envelope {
    init(json: [String: Any]) throws {
        let number = { (key: String) throws -> Int in
            guard let value = json[key] as? Int else { throw CocoaError(.coderValueNotFound) }
            return value
        }
        isRequest = json["dir"] as? String == "C"
        offset = try number("off")
        version = UInt8(truncatingIfNeeded: try number("ver"))
        flags = UInt8(truncatingIfNeeded: try number("flags"))
        stream = try number("stream")
        opcode = UInt8(truncatingIfNeeded: try number("opcode"))
        bodyLength = try number("len")
        let body = json["body"] as? [String: Any]
        bodyJSON = try body.map { try JSONSerialization.data(withJSONObject: $0) }
        uncompressedLength = json["uncompressed_len"] as? Int
        uncompressedSHA256 = json["uncompressed_sha256"] as? String
        let isCompressedUnasked = flags & 0x01 != 0 && uncompressedLength == nil
        let hasUnnamedConsistency = isRequest && body?["consistency"] is Int
        isMalformed =
            json["decode_error"] != nil || body?["undecoded_tail_len"] != nil || body?["raw"] != nil
            || isRequest == (version & 0x80 != 0) || isCompressedUnasked || hasUnnamedConsistency
    }
}
