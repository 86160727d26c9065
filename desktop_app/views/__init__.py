"""Views and the widgets they are made of."""
