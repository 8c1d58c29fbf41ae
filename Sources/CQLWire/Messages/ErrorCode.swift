/// The kind of an ERROR (native protocol v4, section 9); a server may know more than these.
package struct ErrorCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    package static let serverError = ErrorCode(rawValue: 0x0000)
    package static let protocolError = ErrorCode(rawValue: 0x000A)
    package static let badCredentials = ErrorCode(rawValue: 0x0100)
    package static let unavailable = ErrorCode(rawValue: 0x1000)
    package static let overloaded = ErrorCode(rawValue: 0x1001)
    package static let isBootstrapping = ErrorCode(rawValue: 0x1002)
    package static let truncateError = ErrorCode(rawValue: 0x1003)
    package static let writeTimeout = ErrorCode(rawValue: 0x1100)
    package static let readTimeout = ErrorCode(rawValue: 0x1200)
    package static let readFailure = ErrorCode(rawValue: 0x1300)
    package static let functionFailure = ErrorCode(rawValue: 0x1400)
    package static let writeFailure = ErrorCode(rawValue: 0x1500)
    /// Since v5.
    package static let cdcWriteFailure = ErrorCode(rawValue: 0x1600)
    /// Since v5.
    package static let casWriteUnknown = ErrorCode(rawValue: 0x1700)
    package static let syntaxError = ErrorCode(rawValue: 0x2000)
    package static let unauthorized = ErrorCode(rawValue: 0x2100)
    package static let invalid = ErrorCode(rawValue: 0x2200)
    package static let configError = ErrorCode(rawValue: 0x2300)
    package static let alreadyExists = ErrorCode(rawValue: 0x2400)
    package static let unprepared = ErrorCode(rawValue: 0x2500)

    /// Every code that v3, v4 or v5 defines, with the specification's words for it.
    package static let names: [ErrorCode: String] = [
        .serverError: "server error", .protocolError: "protocol error", .badCredentials: "authentication error",
        .unavailable: "unavailable", .overloaded: "overloaded", .isBootstrapping: "is bootstrapping",
        .truncateError: "truncate error", .writeTimeout: "write timeout", .readTimeout: "read timeout",
        .readFailure: "read failure", .functionFailure: "function failure", .writeFailure: "write failure",
        .cdcWriteFailure: "CDC write failure", .casWriteUnknown: "CAS write unknown",
        .syntaxError: "syntax error", .unauthorized: "unauthorized", .invalid: "invalid query",
        .configError: "configuration error", .alreadyExists: "already exists", .unprepared: "unprepared",
    ]
}

extension ErrorCode: CustomStringConvertible {
    package var description: String {
        let digits = String(UInt32(bitPattern: rawValue), radix: 16, uppercase: true)
        let code = "0x" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return Self.names[self].map { "\($0) (\(code))" } ?? "error \(code)"
    }
}

/// The kind of write that failed or timed out (native protocol v4, section 9); a server may know more than these.
package struct WriteType: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package static let simple = WriteType(rawValue: "SIMPLE")
    package static let batch = WriteType(rawValue: "BATCH")
    package static let unloggedBatch = WriteType(rawValue: "UNLOGGED_BATCH")
    package static let counter = WriteType(rawValue: "COUNTER")
    package static let batchLog = WriteType(rawValue: "BATCH_LOG")
    package static let compareAndSet = WriteType(rawValue: "CAS")
    package static let view = WriteType(rawValue: "VIEW")
    package static let changeDataCapture = WriteType(rawValue: "CDC")
}
