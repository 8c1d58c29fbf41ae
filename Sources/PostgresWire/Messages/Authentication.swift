package import WireKit

/// What the server asks for, or says, about authentication.
///
/// PostgreSQL documentation, "Message Formats", AuthenticationOk and the messages after it.
package enum Authentication: Hashable, Sendable {
    case ok
    case kerberosV5
    case cleartextPassword
    case md5Password(salt: [UInt8])
    case scmCredential
    case gss
    case gssContinue([UInt8])
    case sspi
    case sasl(mechanisms: [String])
    case saslContinue([UInt8])
    case saslFinal([UInt8])
    /// A request that nobody knows here, with what belongs to it.
    case unknown(code: Int32, [UInt8])

    /// The request's code on the wire.
    package var code: Int32 {
        switch self {
        case .ok: 0
        case .kerberosV5: 2
        case .cleartextPassword: 3
        case .md5Password: 5
        case .scmCredential: 6
        case .gss: 7
        case .gssContinue: 8
        case .sspi: 9
        case .sasl: 10
        case .saslContinue: 11
        case .saslFinal: 12
        case .unknown(let code, _): code
        }
    }
}

extension Authentication: MessageBody {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let code = try reader.readInteger("authentication request", as: Int32.self)
        switch code {
        case 0: return .ok
        case 2: return .kerberosV5
        case 3: return .cleartextPassword
        case 5: return .md5Password(salt: Array(try reader.readBytes(4, "salt")))
        case 6: return .scmCredential
        case 7: return .gss
        case 8: return .gssContinue(Array(try reader.readBytes(reader.remaining, "GSSAPI data")))
        case 9: return .sspi
        case 10: return .sasl(mechanisms: try decodeMechanisms(from: &reader))
        case 11: return .saslContinue(Array(try reader.readBytes(reader.remaining, "SASL data")))
        case 12: return .saslFinal(Array(try reader.readBytes(reader.remaining, "SASL data")))
        default: return .unknown(code: code, Array(try reader.readBytes(reader.remaining, "authentication data")))
        }
    }

    private static func decodeMechanisms(from reader: inout ByteReader) throws(WireError) -> [String] {
        var mechanisms: [String] = []
        while true {
            let name = try reader.readNullTerminatedString("SASL mechanism")
            if name.isEmpty { return mechanisms }
            mechanisms.append(name)
        }
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(code)
        switch self {
        case .md5Password(let salt):
            writer.writeBytes(salt)
        case .gssContinue(let data), .saslContinue(let data), .saslFinal(let data), .unknown(_, let data):
            writer.writeBytes(data)
        case .sasl(let mechanisms):
            for name in mechanisms { writer.writeNullTerminated(name) }
            writer.writeInteger(UInt8(0))
        case .ok, .kerberosV5, .cleartextPassword, .scmCredential, .gss, .sspi:
            break
        }
    }
}
