import CQLWire

/// What the node offers in SUPPORTED (native protocol v4, section 4.2.4).
struct ServerOffer: Equatable {
    /// Its shards, as the connection sees them; nil of a node that does not tell.
    var sharding: Sharding?

    /// What a node that tells of its shards offers beside: marks on conditional statements.
    static let extensions = ProtocolExtensions(conditionalMark: ProtocolExtensions.all.conditionalMark)

    /// The message.
    var supported: Response {
        var options: StringMultimap = [
            "CQL_VERSION": [Node.cqlVersion],
            "COMPRESSION": FrameCompression.allCases.map(\.rawValue),
            "PROTOCOL_VERSIONS": ["3/v3", "4/v4"],
        ]
        guard let sharding else { return .supported(options) }
        options.entries += sharding.supportedOptions.entries
        options.entries += Self.extensions.supportedOptions.entries
        return .supported(options)
    }
}
