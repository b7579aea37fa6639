"""The office's papers: letters, handover minutes, lists, as people print and sign them.

``spelling`` writes numbers and days out in words, as minutes of a handover must.

Pure.
"""
