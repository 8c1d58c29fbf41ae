/// An error of the server.
///
/// PostgreSQL documentation, ErrorResponse and "Error and Notice Message Fields".
package struct ErrorResponse: Hashable, Sendable, ReportFields {
    package var fields: [Field]

    package init(fields: [Field]) {
        self.fields = fields
    }
}

/// A warning or remark of the server, which may arrive at any time.
///
/// PostgreSQL documentation, NoticeResponse.
package struct NoticeResponse: Hashable, Sendable, ReportFields {
    package var fields: [ErrorResponse.Field]

    package init(fields: [ErrorResponse.Field]) {
        self.fields = fields
    }
}

extension ErrorResponse {
    /// One field of an error or notice.
    ///
    /// The value stays as bytes: errors before the client encoding is settled may come in any encoding.
    package struct Field: Hashable, Sendable {
        package var code: Code
        package var value: ArraySlice<UInt8>

        package init(_ code: Code, _ value: ArraySlice<UInt8>) {
            self.code = code
            self.value = value
        }

        package init(_ code: Code, _ text: String) {
            self.init(code, Array(text.utf8)[...])
        }

        /// The value as text; bytes that are not UTF-8 are replaced.
        package var text: String { String(decoding: value, as: UTF8.self) }
    }
}

extension ErrorResponse.Field {
    /// A field's letter; a newer server may send letters that have no name here.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let localizedSeverity = Self(rawValue: UInt8(ascii: "S"))
        package static let severity = Self(rawValue: UInt8(ascii: "V"))
        package static let sqlState = Self(rawValue: UInt8(ascii: "C"))
        package static let message = Self(rawValue: UInt8(ascii: "M"))
        package static let detail = Self(rawValue: UInt8(ascii: "D"))
        package static let hint = Self(rawValue: UInt8(ascii: "H"))
        package static let position = Self(rawValue: UInt8(ascii: "P"))
        package static let internalPosition = Self(rawValue: UInt8(ascii: "p"))
        package static let internalQuery = Self(rawValue: UInt8(ascii: "q"))
        package static let `where` = Self(rawValue: UInt8(ascii: "W"))
        package static let schemaName = Self(rawValue: UInt8(ascii: "s"))
        package static let tableName = Self(rawValue: UInt8(ascii: "t"))
        package static let columnName = Self(rawValue: UInt8(ascii: "c"))
        package static let dataTypeName = Self(rawValue: UInt8(ascii: "d"))
        package static let constraintName = Self(rawValue: UInt8(ascii: "n"))
        package static let file = Self(rawValue: UInt8(ascii: "F"))
        package static let line = Self(rawValue: UInt8(ascii: "L"))
        package static let routine = Self(rawValue: UInt8(ascii: "R"))
    }
}
