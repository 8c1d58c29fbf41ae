package import WireKit

/// The server waits for the next query.
///
/// PostgreSQL documentation, ReadyForQuery.
package struct ReadyForQuery: Hashable, Sendable, MessageBody {
    package var status: TransactionStatus

    package init(status: TransactionStatus) {
        self.status = status
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let code = try reader.readInteger("transaction status", as: UInt8.self)
        guard let status = TransactionStatus(rawValue: code) else {
            throw WireError(.unknownCode(Int(code)), field: "transaction status", offset: 0)
        }
        return Self(status: status)
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(status.rawValue)
    }
}
