import CQLWire

/// What the node offers in SUPPORTED (native protocol v4, section 4.2.4).
struct ServerOffer: Equatable {
    /// Its shards, as the connection sees them; nil of a node that does not tell.
    var sharding: Sharding?

    /// The message.
    var supported: Response {
        var options: StringMultimap = [
            "CQL_VERSION": [Node.cqlVersion],
            "COMPRESSION": [],
            "PROTOCOL_VERSIONS": ["3/v3", "4/v4"],
        ]
        if let sharding { options.entries += sharding.supportedOptions.entries }
        return .supported(options)
    }
}
