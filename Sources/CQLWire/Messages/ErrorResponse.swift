package import WireKit

/// ERROR: a request failed (native protocol v4, section 4.2.1).
package struct ErrorResponse: Hashable, Sendable {
    package var code: ErrorCode
    package var message: String
    package var details: Details

    /// What some codes say beyond their message (native protocol v4, section 9).
    package enum Details: Hashable, Sendable {
        case none
        case unavailable(consistency: Consistency, required: Int32, alive: Int32)
        /// `contentions` of a compare-and-set come from servers that say v5's more in v4 too; nil where none do.
        case writeTimeout(
            consistency: Consistency,
            received: Int32,
            blockFor: Int32,
            writeType: WriteType,
            contentions: UInt16? = nil
        )
        case readTimeout(consistency: Consistency, received: Int32, blockFor: Int32, dataPresent: Bool)
        case readFailure(
            consistency: Consistency,
            received: Int32,
            blockFor: Int32,
            failureCount: Int32,
            dataPresent: Bool
        )
        case functionFailure(keyspace: String, function: String, argumentTypes: [String])
        case writeFailure(
            consistency: Consistency,
            received: Int32,
            blockFor: Int32,
            failureCount: Int32,
            writeType: WriteType
        )
        /// The table is empty when it is the keyspace that exists.
        case alreadyExists(keyspace: String, table: String)
        case unprepared(PreparedID)
        /// A compare-and-set may or may not have been applied (v5).
        case casWriteUnknown(consistency: Consistency, received: Int32, blockFor: Int32)
        /// The partition has had its operations of this second (ScyllaDB, `ProtocolExtensions.rateLimitErrorCode`).
        case rateLimited(LimitedOperation, isRejectedByCoordinator: Bool)
        /// What follows the message of a code that is not defined.
        case unknown(ArraySlice<UInt8>)
    }

    /// What a rate limit is of.
    package enum LimitedOperation: UInt8, CaseIterable, Sendable {
        case read = 0
        case write = 1
    }

    /// An error whose details fit its code; where a code has details and none are given, decoders will miss them.
    package init(code: ErrorCode, message: String, details: Details = .none) {
        self.code = code
        self.message = message
        self.details = details
    }

    /// Reads the body of an ERROR frame.
    ///
    /// - Throws: `WireError` when it is cut short or its details are not those of its code.
    package static func decode(
        from reader: inout ByteReader,
        extensions: ProtocolExtensions = .none
    ) throws(WireError) -> ErrorResponse {
        let code = ErrorCode(rawValue: try reader.readInt("error code"))
        let message = try reader.readString("error message")
        // The code is the server's to choose, so it is not among those that are known.
        let isRateLimit = code == extensions.rateLimitErrorCode
        let details = isRateLimit ? try Details.decodeRateLimit(from: &reader) : try Details.decode(code, from: &reader)
        return ErrorResponse(code: code, message: message, details: details)
    }

    func encode(into writer: inout ByteWriter) throws(WireError) {
        writer.writeInteger(code.rawValue)
        try writer.writeString(message.truncatedToString, "error message")
        try details.encode(into: &writer)
    }
}

extension ErrorResponse.Details {
    static func decode(
        _ code: ErrorCode,
        from reader: inout ByteReader
    ) throws(WireError) -> ErrorResponse.Details {
        switch code {
        case .unavailable:
            return .unavailable(
                consistency: try reader.readConsistency("consistency"),
                required: try reader.readInt("required"),
                alive: try reader.readInt("alive")
            )
        case .writeTimeout, .readTimeout, .readFailure, .writeFailure:
            return try decodeReplicaError(code, from: &reader)
        case .functionFailure:
            return .functionFailure(
                keyspace: try reader.readString("keyspace"),
                function: try reader.readString("function"),
                argumentTypes: try reader.readStringList("argument types")
            )
        case .alreadyExists:
            return .alreadyExists(keyspace: try reader.readString("keyspace"), table: try reader.readString("table"))
        case .unprepared:
            return .unprepared(PreparedID(bytes: try reader.readShortBytes("prepared id")))
        case .casWriteUnknown:
            return .casWriteUnknown(
                consistency: try reader.readConsistency("consistency"),
                received: try reader.readInt("received"),
                blockFor: try reader.readInt("block for")
            )
        default:
            if ErrorCode.names[code] != nil || reader.remaining == 0 { return .none }
            return .unknown(try reader.readBytes(reader.remaining, "error details"))
        }
    }

    static func decodeRateLimit(from reader: inout ByteReader) throws(WireError) -> ErrorResponse.Details {
        let start = reader
        let code = try reader.readByte("limited operation")
        guard let operation = ErrorResponse.LimitedOperation(rawValue: code) else {
            throw start.error(.unknownCode(Int(code)), "limited operation")
        }
        return .rateLimited(operation, isRejectedByCoordinator: try reader.readByte("rejected by coordinator") != 0)
    }

    private static func decodeReplicaError(
        _ code: ErrorCode,
        from reader: inout ByteReader
    ) throws(WireError) -> ErrorResponse.Details {
        let consistency = try reader.readConsistency("consistency")
        let received = try reader.readInt("received")
        let blockFor = try reader.readInt("block for")
        let hasFailures = code == .readFailure || code == .writeFailure
        let failureCount = hasFailures ? try reader.readInt("failure count") : 0
        if code == .readTimeout || code == .readFailure {
            let dataPresent = try reader.readByte("data present") != 0
            guard hasFailures else {
                return .readTimeout(
                    consistency: consistency,
                    received: received,
                    blockFor: blockFor,
                    dataPresent: dataPresent
                )
            }
            return .readFailure(
                consistency: consistency,
                received: received,
                blockFor: blockFor,
                failureCount: failureCount,
                dataPresent: dataPresent
            )
        }
        let writeType = WriteType(rawValue: try reader.readString("write type"))
        guard hasFailures else {
            let hasContentions = writeType == .compareAndSet && reader.remaining > 0
            return .writeTimeout(
                consistency: consistency,
                received: received,
                blockFor: blockFor,
                writeType: writeType,
                contentions: hasContentions ? try reader.readShort("contentions") : nil
            )
        }
        return .writeFailure(
            consistency: consistency,
            received: received,
            blockFor: blockFor,
            failureCount: failureCount,
            writeType: writeType
        )
    }

    func encode(into writer: inout ByteWriter) throws(WireError) {
        switch self {
        case .none: break
        case .unavailable(let consistency, let required, let alive):
            writer.writeInteger(consistency.rawValue)
            writer.writeInteger(required)
            writer.writeInteger(alive)
        case .writeTimeout(let consistency, let received, let blockFor, let writeType, let contentions):
            writer.writeInteger(consistency.rawValue)
            writer.writeInteger(received)
            writer.writeInteger(blockFor)
            try writer.writeString(writeType.rawValue, "write type")
            if let contentions { writer.writeInteger(contentions) }
        case .readTimeout(let consistency, let received, let blockFor, let dataPresent):
            writer.writeInteger(consistency.rawValue)
            writer.writeInteger(received)
            writer.writeInteger(blockFor)
            writer.writeInteger(UInt8(dataPresent ? 1 : 0))
        case .readFailure(let consistency, let received, let blockFor, let failureCount, let dataPresent):
            writer.writeInteger(consistency.rawValue)
            writer.writeInteger(received)
            writer.writeInteger(blockFor)
            writer.writeInteger(failureCount)
            writer.writeInteger(UInt8(dataPresent ? 1 : 0))
        case .functionFailure(let keyspace, let function, let argumentTypes):
            try writer.writeString(keyspace, "keyspace")
            try writer.writeString(function, "function")
            try writer.writeStringList(argumentTypes, "argument types")
        case .writeFailure(let consistency, let received, let blockFor, let failureCount, let writeType):
            writer.writeInteger(consistency.rawValue)
            writer.writeInteger(received)
            writer.writeInteger(blockFor)
            writer.writeInteger(failureCount)
            try writer.writeString(writeType.rawValue, "write type")
        case .alreadyExists(let keyspace, let table):
            try writer.writeString(keyspace, "keyspace")
            try writer.writeString(table, "table")
        case .unprepared(let id):
            try writer.writeShortBytes(id.bytes, "prepared id")
        case .casWriteUnknown(let consistency, let received, let blockFor):
            writer.writeInteger(consistency.rawValue)
            writer.writeInteger(received)
            writer.writeInteger(blockFor)
        case .rateLimited(let operation, let isRejectedByCoordinator):
            writer.writeInteger(operation.rawValue)
            writer.writeInteger(UInt8(isRejectedByCoordinator ? 1 : 0))
        case .unknown(let bytes):
            writer.writeBytes(bytes)
        }
    }
}

extension String {
    /// As much of this text as a `[string]` can hold: a server's message may quote a statement of any length.
    fileprivate var truncatedToString: String {
        guard utf8.count > Int(UInt16.max) else { return self }
        var bytes = Array(utf8.prefix(Int(UInt16.max)))
        while String(validating: bytes, as: UTF8.self) == nil { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
