/// What ScyllaDB adds to the protocol where both sides agree: the server offers in SUPPORTED, the client answers in
/// STARTUP with what it takes of it (ScyllaDB's protocol extensions).
package struct ProtocolExtensions: Hashable, Sendable {
    /// The bits of a prepared statement's metadata flags that mark it as conditional; nil: it is not marked.
    package var conditionalMark: UInt32?
    /// The code of the error that says that a partition's rate limit is exceeded; nil: it comes as a configuration
    /// error.
    package var rateLimitErrorCode: ErrorCode?
    /// Answers to requests that came to the wrong node or shard say in their custom payload where the tablet is.
    package var hasTabletsRouting: Bool
    /// PREPARE answers with an id of the result's metadata, as in v5, which EXECUTE repeats.
    package var hasMetadataIDs: Bool

    package init(
        conditionalMark: UInt32? = nil,
        rateLimitErrorCode: ErrorCode? = nil,
        hasTabletsRouting: Bool = false,
        hasMetadataIDs: Bool = false
    ) {
        self.conditionalMark = conditionalMark
        self.rateLimitErrorCode = rateLimitErrorCode
        self.hasTabletsRouting = hasTabletsRouting
        self.hasMetadataIDs = hasMetadataIDs
    }

    /// None, as with servers of other makers.
    package static let none = ProtocolExtensions()
    /// All of them, with the numbers that ScyllaDB uses: what a node may offer.
    package static let all = ProtocolExtensions(
        conditionalMark: 1 << 31,
        rateLimitErrorCode: ErrorCode(rawValue: 0x4321),
        hasTabletsRouting: true,
        hasMetadataIDs: true
    )

    private enum Key {
        static let conditionalMark = "SCYLLA_LWT_ADD_METADATA_MARK"
        static let rateLimitError = "SCYLLA_RATE_LIMIT_ERROR"
        static let tabletsRouting = "TABLETS_ROUTING_V1"
        static let metadataID = "SCYLLA_USE_METADATA_ID"
    }

    private static let markArgument = "LWT_OPTIMIZATION_META_BIT_MASK="
    private static let errorCodeArgument = "ERROR_CODE="

    /// What a server offers; an offer whose argument cannot be read is none.
    package init(supported options: StringMultimap) {
        let argument = { (key: String, name: String) in
            options[key]?.first { $0.hasPrefix(name) }?.dropFirst(name.count)
        }
        self.init(
            conditionalMark: argument(Key.conditionalMark, Self.markArgument).flatMap { UInt32($0) },
            rateLimitErrorCode: argument(Key.rateLimitError, Self.errorCodeArgument).flatMap { Int32($0) }
                .map(ErrorCode.init),
            hasTabletsRouting: options[Key.tabletsRouting] != nil,
            hasMetadataIDs: options[Key.metadataID] != nil
        )
    }

    /// The entries that a node adds to SUPPORTED to offer these.
    package var supportedOptions: StringMultimap {
        var options = StringMultimap()
        if let conditionalMark {
            let argument = Self.markArgument + String(conditionalMark)
            options.entries.append(.init(key: Key.conditionalMark, value: [argument]))
        }
        if let rateLimitErrorCode {
            let argument = Self.errorCodeArgument + String(rateLimitErrorCode.rawValue)
            options.entries.append(.init(key: Key.rateLimitError, value: [argument]))
        }
        if hasTabletsRouting { options.entries.append(.init(key: Key.tabletsRouting, value: [])) }
        if hasMetadataIDs { options.entries.append(.init(key: Key.metadataID, value: [])) }
        return options
    }

    /// The entries that a client adds to STARTUP to take these.
    package var startupOptions: StringMap {
        var options = StringMap()
        if let conditionalMark {
            let argument = Self.markArgument + String(conditionalMark)
            options.entries.append(.init(key: Key.conditionalMark, value: argument))
        }
        if rateLimitErrorCode != nil { options.entries.append(.init(key: Key.rateLimitError, value: "")) }
        if hasTabletsRouting { options.entries.append(.init(key: Key.tabletsRouting, value: "")) }
        if hasMetadataIDs { options.entries.append(.init(key: Key.metadataID, value: "")) }
        return options
    }

    /// Those of these, which a server offers, that a client's STARTUP takes.
    package func taken(by options: StringMap) -> ProtocolExtensions {
        ProtocolExtensions(
            conditionalMark: options[Key.conditionalMark] == nil ? nil : conditionalMark,
            rateLimitErrorCode: options[Key.rateLimitError] == nil ? nil : rateLimitErrorCode,
            hasTabletsRouting: hasTabletsRouting && options[Key.tabletsRouting] != nil,
            hasMetadataIDs: hasMetadataIDs && options[Key.metadataID] != nil
        )
    }
}
