package import WireKit

/// What a frontend may send before anything else: packets without a type byte.
///
/// PostgreSQL documentation, StartupMessage, SSLRequest, GSSENCRequest, CancelRequest.
package enum StartupPacket: Equatable, Sendable {
    case startup(StartupMessage)
    case sslRequest
    case gssEncRequest
    case cancelRequest(CancelRequest)
}

extension StartupPacket {
    /// PostgreSQL's own limit for these packets.
    package static let lengthLimit = 10_000

    private enum RequestCode {
        static let cancel: UInt32 = 80_877_102
        static let ssl: UInt32 = 80_877_103
        static let gssEnc: UInt32 = 80_877_104
    }

    /// What the front of a byte stream holds.
    package enum Framing: Equatable, Sendable {
        /// A whole packet, and the bytes it takes.
        case packet(StartupPacket, byteCount: Int)
        /// A packet that is not all there: at least this many more bytes are missing.
        case needsMore(byteCount: Int)
        /// Bytes that no amount of waiting turns into a packet.
        case malformed(WireError)
    }

    /// Looks at the front of `bytes` for one packet.
    package static func next(in bytes: ArraySlice<UInt8>) -> Framing {
        guard bytes.count >= 4 else { return .needsMore(byteCount: 4 - bytes.count) }
        do throws(WireError) {
            var reader = ByteReader(bytes)
            let length = Int(try reader.readInteger("packet length", as: Int32.self))
            guard length >= 8 else { throw WireError(.invalidLength(length), field: "packet length", offset: 0) }
            guard length <= lengthLimit else {
                throw WireError(
                    .limitExceeded(length: length, limit: lengthLimit),
                    field: "packet length",
                    offset: 0
                )
            }
            guard bytes.count >= length else { return .needsMore(byteCount: length - bytes.count) }
            var body = ByteReader(try reader.readBytes(length - 4, "packet body"))
            let packet = try decodeBody(from: &body)
            try body.expectEnd("start-up packet")
            return .packet(packet, byteCount: length)
        } catch {
            return .malformed(error)
        }
    }

    private static func decodeBody(from reader: inout ByteReader) throws(WireError) -> StartupPacket {
        let code = try reader.readInteger("protocol version or request code", as: UInt32.self)
        switch code {
        case RequestCode.ssl: return .sslRequest
        case RequestCode.gssEnc: return .gssEncRequest
        case RequestCode.cancel: return .cancelRequest(try .decode(from: &reader))
        default: return .startup(try .decode(version: ProtocolVersion(rawValue: code), from: &reader))
        }
    }

    /// Writes length and body.
    package func encode(into writer: inout ByteWriter) {
        writer.writeLengthPrefixed(as: Int32.self, includingLength: true) {
            switch self {
            case .startup(let message): message.encode(into: &$0)
            case .sslRequest: $0.writeInteger(RequestCode.ssl)
            case .gssEncRequest: $0.writeInteger(RequestCode.gssEnc)
            case .cancelRequest(let request):
                $0.writeInteger(RequestCode.cancel)
                request.encode(into: &$0)
            }
        }
    }
}

/// A request to cancel what another session is doing.
///
/// PostgreSQL documentation, CancelRequest.
package struct CancelRequest: Hashable, Sendable, MessageBody {
    package var key: BackendKeyData

    package init(key: BackendKeyData) {
        self.key = key
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(key: try .decode(from: &reader))
    }

    package func encode(into writer: inout ByteWriter) {
        key.encode(into: &writer)
    }
}
