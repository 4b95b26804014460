"""What takes a while: each study goes from a store and a spec to a result that the store keeps."""
