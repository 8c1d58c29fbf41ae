/// The five-character code of an error or notice.
///
/// PostgreSQL documentation, Appendix A; a server may send codes that have no name here.
package struct SQLState: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The first two characters: the class of the error.
    package var classCode: String { String(rawValue.prefix(2)) }

    package static let connectionException = Self(rawValue: "08000")
    package static let protocolViolation = Self(rawValue: "08P01")
    package static let featureNotSupported = Self(rawValue: "0A000")
    package static let invalidTextRepresentation = Self(rawValue: "22P02")
    package static let characterNotInRepertoire = Self(rawValue: "22021")
    package static let invalidParameterValue = Self(rawValue: "22023")
    package static let untranslatableCharacter = Self(rawValue: "22P05")
    package static let uniqueViolation = Self(rawValue: "23505")
    package static let inFailedTransaction = Self(rawValue: "25P02")
    package static let invalidAuthorization = Self(rawValue: "28000")
    package static let invalidPassword = Self(rawValue: "28P01")
    package static let invalidCatalogName = Self(rawValue: "3D000")
    package static let invalidSchemaName = Self(rawValue: "3F000")
    package static let serializationFailure = Self(rawValue: "40001")
    package static let deadlockDetected = Self(rawValue: "40P01")
    package static let syntaxError = Self(rawValue: "42601")
    package static let insufficientPrivilege = Self(rawValue: "42501")
    package static let undefinedTable = Self(rawValue: "42P01")
    package static let undefinedObject = Self(rawValue: "42704")
    package static let duplicateTable = Self(rawValue: "42P07")
    package static let tooManyConnections = Self(rawValue: "53300")
    package static let objectNotReady = Self(rawValue: "55000")
    package static let cannotChangeParameter = Self(rawValue: "55P02")
    package static let lockNotAvailable = Self(rawValue: "55P03")
    package static let queryCanceled = Self(rawValue: "57014")
    package static let adminShutdown = Self(rawValue: "57P01")
    package static let crashShutdown = Self(rawValue: "57P02")
    package static let cannotConnectNow = Self(rawValue: "57P03")
}

extension SQLState: CustomStringConvertible {
    package var description: String { rawValue }
}
