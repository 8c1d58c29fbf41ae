package import PosixIO

extension CQLConnection {
    /// What TLS was settled on; nil in the clear.
    package var tlsDetails: TLSSessionDetails? { stream.tlsDetails }
}
