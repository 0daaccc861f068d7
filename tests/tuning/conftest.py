"""A miniature of the embedding model, made anew for each test run."""

import pytest

WORDS = "the a is of how heavy big when does what kettle lamp shop tax form opens weighs g at red blue tall"
LETTERS = [chr(code) for code in range(ord("a"), ord("z") + 1)]


def make_embedding_model(folder, seed=0):
    """Save an untrained BERT of two layers with mean pooling, as sentence-transformers does; return the
    folder. It knows WORDS, and spells the rest.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS.split()]
    letters = [*LETTERS, *map(str, range(10)), *(f"##{each}" for each in [*LETTERS, *range(10)]), "?", "."]
    vocabulary = {word: number for number, word in enumerate(dict.fromkeys([*words, *letters]))}
    tokenizer = BertTokenizer(vocab=vocabulary)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=64,
    )
    plain = folder / "plain"
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        BertModel(config).save_pretrained(plain)
    tokenizer.save_pretrained(plain)
    transformer = Transformer(str(plain), max_seq_length=48)
    whole = folder / "model"
    model = SentenceTransformer(modules=[transformer, Pooling(32, "mean"), Normalize()], device="cpu")
    model.save_pretrained(str(whole), create_model_card=False)
    return whole


@pytest.fixture(scope="session")
def tiny_embedder(tmp_path_factory):
    """The folder of a small untrained embedding model."""
    return make_embedding_model(tmp_path_factory.mktemp("bert"))
